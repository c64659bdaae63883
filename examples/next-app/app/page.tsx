// The page: a server component. What it says of waiting is computed on the server, by the code that will wait.
import { type BackoffContext, vendorBackoff } from 'everwire/core';
import { Board } from './board';

const waits: Omit<BackoffContext, 'failures'> = {
  previousDelayMs: null,
  reconnectDelay: 3000,
  reconnectDelayMax: 300_000,
  reconnectJitter: 0,
  backoffAfter: 7,
  random: () => 0,
};

export default function Page() {
  const [first, eighth] = [1, 8].map((failures) => vendorBackoff({ ...waits, failures }) / 1000);
  return (
    <main>
      <Board />
      <footer>
        A lost connection is tried again after {first} s, and from the eighth time on after {eighth} s and
        more.
      </footer>
    </main>
  );
}
