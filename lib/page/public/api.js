const token = document.querySelector('meta[name="token"]')?.content ?? "";

/** Asks the server; parameters that are undefined are left out. Throws what it says is wrong. */
export async function ask(path, parameters = {}, signal = undefined) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return answerOf(await fetch(`/api/${path}?${new URLSearchParams(given)}`, { signal }));
}

/** Changes something. The token proves that it is this page that asks. */
export async function change(path, body) {
  return answerOf(
    await fetch(`/api/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-fleetwarden-token": token },
      body: JSON.stringify(body),
    }),
  );
}

async function answerOf(response) {
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `The server answered ${response.status}`);
  return answer;
}
