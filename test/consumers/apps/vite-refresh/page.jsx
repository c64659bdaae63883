import { useConnectionStatus, useWsEvents, useWsReducer } from 'everwire';

export function Page() {
  const status = useConnectionStatus();
  const posts = useWsEvents('posted').map(({ data }) => data);
  const count = useWsReducer('posted', (sum) => sum + 1, 0);
  return (
    <p role="status" data-status={status} data-version="first">
      {`${posts.join()}, ${count} in all`}
    </p>
  );
}
