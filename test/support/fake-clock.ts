/** The clock of another program, which a test sets: libfaketime, of the Debian package `faketime`. */
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const libraries = [
  ...(existsSync('/usr/lib') ? readdirSync('/usr/lib') : []).map((name) => `/usr/lib/${name}/faketime`),
  '/usr/lib/faketime',
  '/usr/local/lib/faketime',
].map((folder) => join(folder, 'libfaketime.so.1'));

const library = libraries.find((path) => existsSync(path));

export const hasFakeClock: boolean = process.platform === 'linux' && library !== undefined;

export interface FakeClock extends Disposable {
  /** For the program. */
  readonly env: NodeJS.ProcessEnv;
  /** The program's clock is that of the machine plus so much, from now on; ms. */
  setOffset(offsetMs: number): void;
}

export function createFakeClock(): FakeClock {
  const folder = mkdtempSync(join(tmpdir(), 'everwire-clock-'));
  const file = join(folder, 'offset');
  const setOffset = (offsetMs: number): void => {
    const seconds = Math.round(offsetMs / 1_000);
    // In one step: a program that reads half of it would be at another time.
    writeFileSync(`${file}.new`, seconds < 0 ? String(seconds) : `+${seconds}`);
    renameSync(`${file}.new`, file);
  };
  setOffset(0);
  return {
    env: {
      // With its own allocator, redis-server asks for the time before libfaketime can answer. The C library's waits.
      LD_PRELOAD: `${library} libc.so.6`,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      // Its timers go on: only the time of day jumps.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    setOffset,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
