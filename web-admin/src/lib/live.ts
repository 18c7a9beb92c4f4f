import { useEffect, useState } from "react";

export interface LiveHandler {
  readonly event: string;
  readonly receive: (data: unknown) => void;
}

// Listens to the agent's event stream. The browser reconnects by itself, and each connection begins
// with a whole snapshot, so nothing that was missed has to be asked for. `handlers` must be stable.
export function useEventStream(path: string, handlers: readonly LiveHandler[]): boolean {
  const [connected, setConnected] = useState(false);
  useEffect(() => {
    const source = new EventSource(path);
    source.onopen = () => {
      setConnected(true);
    };
    source.onerror = () => {
      setConnected(false);
    };
    for (const { event, receive } of handlers) {
      source.addEventListener(event, (message: MessageEvent<string>) => {
        receive(JSON.parse(message.data));
      });
    }
    return () => {
      source.close();
    };
  }, [path, handlers]);
  return connected;
}
