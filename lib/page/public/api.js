const token = document.querySelector('meta[name="token"]')?.content ?? "";

/** Reads from the server, without the parameters that are undefined. Throws the server's error. */
export async function ask(path, parameters = {}, signal = undefined) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return answerOf(await fetch(`/api/${path}?${new URLSearchParams(given)}`, { signal }));
}

/** Changes something. The token proves that this page asks. */
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
