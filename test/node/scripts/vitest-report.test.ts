/** What `npm test` says about tests that failed, at its very end. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../../scripts/run.mjs';
import { outcomeOf, readVitestReport, tellingLine } from '../../../scripts/vitest-report.mjs';

const passed = { fullName: 'a hook renders', status: 'passed' };

function fileOf(name: string, rest: object) {
  return { name: join(root, name), status: 'passed', assertionResults: [passed], ...rest };
}

describe('the outcome of the tests', () => {
  it('counts the tests, and names none where all passed', () => {
    const report = { numPassedTests: 2, testResults: [fileOf('a.test.ts', {}), fileOf('b.test.ts', {})] };
    expect(outcomeOf(report, 0)).toEqual({ passed: 2, failed: 0, failures: [] });
  });

  it('names each failed test by its file, with the first line of its error and without colours', () => {
    const failureMessages = [
      '\n\u001B[31mAssertionError: expected 1 to be 2\u001B[39m\n    at a.test.ts:3:1',
    ];
    const failed = { fullName: 'a hook > sends', status: 'failed', failureMessages };
    const report = {
      numPassedTests: 1,
      testResults: [fileOf('test/a.test.ts', { status: 'failed', assertionResults: [passed, failed] })],
    };
    expect(outcomeOf(report, 1)).toEqual({
      passed: 1,
      failed: 1,
      failures: ['test/a.test.ts > a hook > sends: AssertionError: expected 1 to be 2'],
    });
  });

  it('counts a file that could not be loaded as one failure', () => {
    const report = {
      numPassedTests: 0,
      testResults: [
        fileOf('test/a.test.ts', { status: 'failed', message: 'No such module: x', assertionResults: [] }),
      ],
    };
    expect(outcomeOf(report, 1)).toEqual({
      passed: 0,
      failed: 1,
      failures: ['test/a.test.ts: No such module: x'],
    });
  });

  it('counts an exit code without a failed test as one failure', () => {
    const report = { numPassedTests: 1, testResults: [fileOf('a.test.ts', {})] };
    expect(outcomeOf(report, 1)).toMatchObject({ passed: 1, failed: 1 });
  });

  it('is one failure where vitest wrote no report', () => {
    expect(readVitestReport(join(root, 'no', 'such', 'report.json'), 134)).toEqual({
      passed: 0,
      failed: 1,
      failures: ['vitest ended with exit code 134 and wrote no report'],
    });
  });
});

describe('the output of a program that failed', () => {
  it('is told by the first line that speaks of a failure', () => {
    expect(tellingLine('killed  an end is an error\n\u001B[31mSURVIVED\u001B[39m  b (c)\nkilled  d')).toBe(
      'SURVIVED  b (c)',
    );
    expect(tellingLine('src/a.ts(1,2): error TS1: no')).toBe('src/a.ts(1,2): error TS1: no');
  });

  it('is told by its first line where none does, and where there is none', () => {
    expect(tellingLine('\n---\n  something\n')).toBe('something');
    expect(tellingLine('')).toBe('no message');
  });
});
