// Has the public surface changed? Writes down what each entry declares, and compares it with the reports in etc/api, so
// that a review sees every change of it. `npm run api -- --write` writes them anew. Reads what is built.

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { root } from './run.mjs';

const reports = join(root, 'etc', 'api');
const packageFile = join(root, 'package.json');
/** @type {Record<string, string | { import: { types: string } }>} */
const entries = JSON.parse(readFileSync(packageFile, 'utf8')).exports;

const folder = mkdtempSync(join(tmpdir(), 'everwire-api-'));
try {
  const written = Object.entries(entries).flatMap(([entry, target]) =>
    typeof target === 'string'
      ? []
      : [report(entry === '.' ? 'everwire' : entry.slice(2).replace('/', '-'), target.import.types)],
  );
  if (process.argv.includes('--write')) write(written);
  else check(written);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * @param {string} name
 * @param {string} types the entry's declarations, from the root
 * @returns {string} the report's file name
 */
function report(name, types) {
  const file = `${name}.api.md`;
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: packageFile,
    configObjectFullPath: join(root, 'api-extractor.json'), // there is none: where one would be
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, types),
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'es2022',
            lib: ['es2022', 'dom', 'dom.iterable'],
            module: 'esnext',
            moduleResolution: 'bundler',
            jsx: 'react-jsx',
            types: name.startsWith('server') ? ['node'] : [],
            strict: true,
            exactOptionalPropertyTypes: true,
            skipLibCheck: true, // scripts/check-consumers.mjs checks them
          },
          files: [types],
        },
      },
      apiReport: {
        enabled: true,
        // What only other declarations speak of is seen through them.
        includeForgottenExports: true,
        reportFileName: file,
        reportFolder: folder,
        reportTempFolder: join(folder, 'new'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        // Release tags are for packages that have several stages; the words of our comments are for people.
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Warning },
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.None },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
  const { errorCount } = Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      // What it has to say for itself: which compiler it brings, what it has written.
      message.handled = message.logLevel !== ExtractorLogLevel.Error;
    },
  });
  if (errorCount > 0) throw new Error(`No report of ${name}: ${errorCount} errors, as said above.`);
  return file;
}

/** @param {readonly string[]} written */
function write(written) {
  mkdirSync(reports, { recursive: true });
  for (const name of old()) if (!written.includes(name)) rmSync(join(reports, name));
  for (const name of written) copyFileSync(join(folder, name), join(reports, name));
  console.log(`Wrote ${written.join(', ')} to etc/api.`);
}

/** @param {readonly string[]} written */
function check(written) {
  const changed = [...new Set([...old(), ...written])].filter(
    (name) => textOf(reports, name) !== textOf(folder, name),
  );
  for (const name of changed) {
    const [before, after] = [reports, folder].map((place) => join(place, name));
    const args = ['diff', '--no-index', '--no-color', '--', before ?? '', after ?? ''];
    const { stdout } = spawnSync('git', args, { encoding: 'utf8' });
    console.error(`etc/api/${name} is not what the package declares:\n${stdout ?? ''}`);
  }
  if (changed.length > 0) {
    console.error(
      'The public surface has changed. Is that meant? Run `npm run api -- --write`, and review the diff.',
    );
    process.exitCode = 1;
  } else {
    console.log('The public surface is as etc/api says.');
  }
}

function old() {
  return existsSync(reports) ? readdirSync(reports) : [];
}

/**
 * @param {string} place
 * @param {string} name
 */
function textOf(place, name) {
  const path = join(place, name);
  return existsSync(path) ? readFileSync(path, 'utf8').replaceAll('\r\n', '\n') : null;
}
