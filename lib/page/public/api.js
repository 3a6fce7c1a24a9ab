const token = document.querySelector('meta[name="token"]')?.content ?? "";

/** Reads from the server, without the parameters that are undefined. Throws the server's error. */
export async function ask(path, parameters = {}, signal = undefined) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return answerOf(() => fetch(`/api/${path}?${new URLSearchParams(given)}`, { signal }));
}

/** Changes something. The token proves that this page asks. */
export async function change(path, body) {
  return answerOf(() =>
    fetch(`/api/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-fleetwarden-token": token },
      body: JSON.stringify(body),
    }),
  );
}

async function answerOf(request) {
  const response = await request().catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new Error("The server does not answer: does it still run?");
  });
  // A proxy that stands in for a server answers with a page of its own.
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `The server answered ${response.status}`);
  return answer;
}
