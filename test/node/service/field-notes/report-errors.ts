import type { WebSocketService } from 'everwire/core';

export const reportErrors = (service: WebSocketService) =>
  service.errors$.subscribe(({ code, message }) => service.send('client_error', { code, message }));
