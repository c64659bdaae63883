import { type WebSocketService, WebSocketServiceError } from 'everwire/core';

export const save = (service: WebSocketService, text: string): Promise<string> =>
  service.request('save', { text }).then(
    () => 'saved',
    // 'connection-lost', 'request-timeout': the server may have done it. Ask before you repeat it.
    (error) => (error instanceof WebSocketServiceError ? error.code : 'failed'),
  );
