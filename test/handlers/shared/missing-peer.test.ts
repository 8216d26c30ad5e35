import { describe, expect, it } from 'vitest';
import { MissingDependencyError } from '../../../src/errors.ts';
import { missingPeer } from '../../../src/handlers/shared/missing-peer.ts';

describe('missingPeer', () => {
  it('names the package and how to install it when it is missing', async () => {
    const name = 'no-such-package-of-anybody';
    const importing = import(/* @vite-ignore */ name).catch(missingPeer('mqtt', name));
    await expect(importing).rejects.toThrow(MissingDependencyError);
    await expect(importing).rejects.toThrow(`Run: npm install ${name}`);
  });

  it('leaves other errors as they are', async () => {
    const broken = new SyntaxError('the package is broken');
    await expect(Promise.reject(broken).catch(missingPeer('mqtt', 'mqtt'))).rejects.toBe(broken);
  });
});
