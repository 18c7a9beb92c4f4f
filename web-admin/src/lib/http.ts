import { object, string, type Decoder } from "./decode";

// What the agent says about a refusal; `hint` is what to do about it.
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string;
  constructor(status: number, code: string, message: string, hint: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

const decodeErrorBody = object({ error: object({ code: string, message: string, hint: string }) });

async function toError(response: Response): Promise<ApiError> {
  try {
    const { error } = decodeErrorBody(await response.json(), "error");
    return new ApiError(response.status, error.code, error.message, error.hint);
  } catch {
    return new ApiError(response.status, "unreadable", `The console answered ${String(response.status)}.`, "");
  }
}

async function request<T>(path: string, init: RequestInit, decode: Decoder<T>): Promise<T> {
  const response = await fetch(path, { ...init, credentials: "same-origin" });
  if (!response.ok) throw await toError(response);
  return decode(await response.json(), path);
}

export const getJson = <T>(path: string, decode: Decoder<T>, signal?: AbortSignal): Promise<T> =>
  request(path, { headers: { accept: "application/json" }, ...(signal === undefined ? {} : { signal }) }, decode);

// The header is what a foreign page cannot send: the agent demands it of every change.
export const sendJson = <T>(method: "POST" | "DELETE", path: string, body: unknown, decode: Decoder<T>): Promise<T> =>
  request(
    path,
    {
      method,
      headers: { accept: "application/json", "content-type": "application/json", "x-slipway-request": "1" },
      body: JSON.stringify(body),
    },
    decode,
  );
