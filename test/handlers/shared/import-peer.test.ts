import { describe, expect, it } from 'vitest';
import { MissingDependencyError } from '../../../src/errors.ts';
import { importPeer } from '../../../src/handlers/shared/import-peer.ts';

describe('importPeer', () => {
  it('names the package and how to install it when it is missing', async () => {
    const name = 'no-such-package-of-anybody';
    const importing = importPeer('mqtt', name, () => import(/* @vite-ignore */ name));
    await expect(importing).rejects.toThrow(MissingDependencyError);
    await expect(importing).rejects.toThrow(`Run: npm install ${name}`);
  });

  it('leaves other errors as they are', async () => {
    const broken = new SyntaxError('the package is broken');
    await expect(importPeer('mqtt', 'mqtt', () => Promise.reject(broken))).rejects.toBe(broken);
  });

  it('gives what it imports', async () => {
    const { format } = await importPeer('mqtt', 'node:util', () => import('node:util'));
    expect(format('%d', 1)).toBe('1');
  });
});
