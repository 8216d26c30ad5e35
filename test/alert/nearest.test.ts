import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/alert/nearest.ts';

describe('nearest', () => {
  it.each([
    ['slak', 'slack'],
    ['hipChat', 'hipchat'],
    ['pagerduty3', 'pagerduty'],
    ['lgo', 'log'],
    ['webhook', undefined],
    ['', undefined],
  ])('takes %j for %j', (word, candidate) => {
    expect(nearest(word, ['slack', 'log', 'post', 'hipchat', 'pagerduty'])).toBe(candidate);
  });
});
