import { describe, expect, it } from 'vitest';
import type { Callback, TrainingContext } from '../../../src/callbacks/callback.ts';
import { CallbackList } from '../../../src/callbacks/callback-list.ts';

const context = {} as TrainingContext;
const failure = new Error('disk full');

describe('CallbackList', () => {
  it('waits for each hook before it calls the next', async () => {
    const heard: string[] = [];
    const slow: Callback = {
      name: 'slow',
      async onEpochEnd() {
        await new Promise((resolve) => setTimeout(resolve, 5));
        heard.push('slow');
      },
    };
    const quick: Callback = { name: 'quick', onEpochEnd: () => void heard.push('quick') };
    await new CallbackList([slow, quick], context).call('onEpochEnd', 0, {});
    expect(heard).toEqual(['slow', 'quick']);
  });

  it.each([
    [
      'at once',
      () => {
        throw failure;
      },
    ], // prettier-ignore
    ['later', () => Promise.reject(failure)],
  ])('lets an error that a hook throws %s through, and tells the others', async (_when, onEpochBegin) => {
    const told: [string, unknown][] = [];
    const tell = (name: string, more: Partial<Callback> = {}): Callback => ({
      name,
      onException: (_context, error) => void told.push([name, error]),
      ...more,
    });
    const list = new CallbackList([tell('a'), tell('failing', { onEpochBegin }), tell('b')], context);
    await expect(list.call('onEpochBegin', 0)).rejects.toBe(failure);
    await list.exception(failure);
    expect(told).toEqual([
      ['a', failure],
      ['b', failure],
    ]); // prettier-ignore
  });

  it('reports the first error, whatever the hooks for it throw', async () => {
    const told: string[] = [];
    const clumsy: Callback = {
      name: 'clumsy',
      onException() {
        throw new Error('and another');
      },
    };
    const list = new CallbackList([clumsy, { name: 'after', onException: () => void told.push('after') }], context);
    await list.exception(failure);
    expect(told).toEqual(['after']);
  });

  it('refuses two callbacks of one name', () => {
    expect(() => new CallbackList([{ name: 'a' }, { name: 'b' }, { name: 'a' }], context)).toThrow('Two callbacks are named "a"');
  });
});
