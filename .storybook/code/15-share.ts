// What each tab does. In a component: <WebSocketProvider url={…} identity={…} share={acrossTabs()}>.

import { createWebSocketService, type IWebSocketConfig } from 'everwire/core';
import { acrossTabs } from 'everwire/tabs';

export function connectTab(config: IWebSocketConfig) {
  const service = createWebSocketService();
  service.connect({ ...config, share: acrossTabs() });
  return service;
}
