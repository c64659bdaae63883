// `npm run bench:live`: the wrong lists after random schedules of fetches, events and breaks: of live queries, and of
// `useQuery` with `setQueryData` in a handler. The same test is a layer of `npm run reliability`.

import { run } from '../../scripts/run.mjs';

process.exitCode = await run(process.execPath, ['scripts/reliability.mjs', 'live']);
