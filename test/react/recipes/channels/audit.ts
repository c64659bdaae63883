import { joinChannel, type WebSocketService } from 'everwire/core';

/** Logs what is audited, until the returned function is called. */
export function watchAudits(service: WebSocketService, log: (line: string) => void): () => void {
  const audit = joinChannel(service, 'audit', { from: { last: 2 } });
  const stop = audit.subscribe(() => log(audit.getState().status));
  const lines = service.event$('audited', { channel: 'audit' }).subscribe(({ data }) => log(String(data)));
  return () => {
    lines.unsubscribe();
    stop();
    audit.leave();
  };
}
