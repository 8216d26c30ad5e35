import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { DIFFERENCES } from '../conformance/differences.ts';
import { suite } from '../conformance/suites/alertnode-tick.ts';

it('answers as Kapacitor did, every rule loaded from the text of its script', async () => {
  const file = new URL('../conformance/vectors/alertnode.json.gz', import.meta.url);
  const vectors: unknown[] = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'));
  const results = await suite(vectors, 'alertnode');
  const failed = results.filter(
    (result) =>
      !result.passed && !DIFFERENCES.some((rule) => rule.files.test('alertnode') && rule.applies(result)),
  );
  expect(results.length).toBe(vectors.length);
  expect(results.length).toBeGreaterThan(300);
  expect(failed.map(({ id }) => id)).toEqual([]);
});
