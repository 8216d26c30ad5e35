import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HandlerSpecError } from '../../src/errors.ts';
import { applyJsonPatch, type JsonPatchOperation, sameJson } from '../../src/spec/json-patch.ts';

const spec = {
  id: 'h',
  kind: 'log',
  match: '',
  options: { path: '/a', list: [1, 2, 3], 'a/b': 1, 'c~d': 2 },
};

describe('applyJsonPatch', () => {
  it.each<[string, JsonPatchOperation[], object]>([
    ['add', [{ op: 'add', path: '/options/mode', value: 1 }], { ...spec.options, mode: 1 }],
    ['replace', [{ op: 'replace', path: '/options/path', value: '/b' }], { ...spec.options, path: '/b' }],
    ['replace what is missing', [{ op: 'replace', path: '/options/x', value: 1 }], { ...spec.options, x: 1 }],
    ['remove', [{ op: 'remove', path: '/options/path' }], { list: [1, 2, 3], 'a/b': 1, 'c~d': 2 }],
    ['insert', [{ op: 'add', path: '/options/list/1', value: 9 }], { ...spec.options, list: [1, 9, 2, 3] }],
    ['append', [{ op: 'add', path: '/options/list/-', value: 9 }], { ...spec.options, list: [1, 2, 3, 9] }],
    [
      'replace an item',
      [{ op: 'replace', path: '/options/list/0', value: 9 }],
      { ...spec.options, list: [9, 2, 3] },
    ],
    ['remove an item', [{ op: 'remove', path: '/options/list/2' }], { ...spec.options, list: [1, 2] }],
    [
      'move',
      [{ op: 'move', from: '/options/list/0', path: '/options/list/-' }],
      { ...spec.options, list: [2, 3, 1] },
    ],
    [
      'copy',
      [{ op: 'copy', from: '/options/list', path: '/options/other' }],
      { ...spec.options, other: [1, 2, 3] },
    ],
    [
      'escapes',
      [
        { op: 'replace', path: '/options/a~1b', value: 5 },
        { op: 'remove', path: '/options/c~0d' },
      ],
      { path: '/a', list: [1, 2, 3], 'a/b': 5 },
    ],
    [
      'test',
      [
        { op: 'test', path: '/options/list', value: [1, 2, 3] },
        { op: 'test', path: '/nope', value: null },
      ],
      spec.options,
    ],
  ])('can %s', (_, patch, options) => {
    expect(applyJsonPatch(spec, patch).options).toEqual(options);
    expect(spec.options.list).toEqual([1, 2, 3]);
  });

  it.each([
    [[{ op: 'test', path: '/kind', value: 'tcp' }], 'step 1 of the patch: the value at /kind is another one'],
    [
      [
        { op: 'add', path: '/match', value: '' },
        { op: 'remove', path: '/nope' },
      ],
      'step 2 of the patch: there is nothing at /nope',
    ],
    [[{ op: 'frob', path: '/id' }], "there is no operation 'frob'"],
    [[{ op: 'replace', path: '', value: {} }], '"" is no path into a spec'],
    [[{ op: 'add', path: 'options/x', value: 1 }], 'is no path into a spec'],
    [[{ op: 'add', value: 1 }], 'nothing is no path into a spec'],
    [[{ op: 'add', path: '/options/list/7', value: 1 }], "the list of 3 has no place '7'"],
    [[{ op: 'replace', path: '/options/list/01', value: 1 }], "has no place '01'"],
    [[{ op: 'add', path: '/nope/x', value: 1 }], "'nope' is not there"],
    [[{ op: 'move', path: '/id' }], "it needs 'from'"],
    [[null], 'it must be a map'],
  ])('refuses %o', (patch, reason) => {
    expect(() => applyJsonPatch(spec, patch as never)).toThrow(HandlerSpecError);
    expect(() => applyJsonPatch(spec, patch as never)).toThrow(reason);
  });

  it('cannot reach a prototype', () => {
    const result = applyJsonPatch({ options: {} }, [
      { op: 'add', path: '/options/__proto__', value: { polluted: true } },
      { op: 'add', path: '/constructor', value: 1 },
    ]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.hasOwn(result.options as object, '__proto__')).toBe(true);
    expect(() => applyJsonPatch({}, [{ op: 'add', path: '/constructor/prototype/x', value: 1 }])).toThrow(
      HandlerSpecError,
    );
  });

  it('undoes what it does', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue()),
        fc.string({ minLength: 1 }),
        fc.jsonValue(),
        (map, key, value) => {
          const path = `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
          const known = Object.hasOwn(map, key);
          const back = known
            ? ({ op: 'replace', path, value: map[key] } as const)
            : ({ op: 'remove', path } as const);
          const result = applyJsonPatch(map, [{ op: 'add', path, value }, { op: 'test', path, value }, back]);
          expect(sameJson(result, map)).toBe(true);
        },
      ),
    );
  });
});
