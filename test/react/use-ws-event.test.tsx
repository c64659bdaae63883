/** useWsEvent shows the newest event since it subscribed, and renders at most once per frame. */

import { type UseWsEventOptions, useWsEvent } from 'everwire';
import { describe, expect, it } from 'vitest';
import { createProbe, numberOf, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage();

interface Sample {
  readonly n: number;
  readonly room?: string;
  readonly tags?: readonly string[];
}

describe('useWsEvent(name)', () => {
  it('is undefined before the first event, and then always the newest', async () => {
    const { server } = stage;
    const tick = createProbe(() => numberOf(useWsEvent('tick')));
    stage.mount(
      <Wire to={server}>
        <tick.Probe />
      </Wire>,
    );
    await stage.pass();
    expect(tick.values).toEqual([undefined]);

    server.emit('tick', { n: 1 });
    await stage.frame();
    server.emit('tick', { n: 2 });
    server.emit('tick', { n: 3 });
    await stage.frame();
    expect(tick.values).toEqual([undefined, 1, 3]);
  });

  it('returns the event as it came: name, data, seq and broadcast', async () => {
    const { server } = stage;
    const tick = createProbe(() => useWsEvent('tick'));
    stage.mount(
      <Wire to={server}>
        <tick.Probe />
      </Wire>,
    );
    await stage.pass();
    server.emit('tick', { n: 1 }, { broadcast: { channel_id: 'c1' } });
    await stage.frame();
    expect(tick.last).toEqual({ event: 'tick', data: { n: 1 }, seq: 1, broadcast: { channel_id: 'c1' } });
  });

  it('shows the last event at once to a component that mounts late', async () => {
    const { server } = stage;
    const tick = createProbe(() => numberOf(useWsEvent('tick')));
    const page = stage.mount(<Wire to={server} />);
    await stage.pass();
    server.emit('tick', { n: 1 });
    server.emit('tick', { n: 2 });
    await stage.frame();

    page.rerender(
      <Wire to={server}>
        <tick.Probe />
      </Wire>,
    );
    expect(tick.values).toEqual([2]);
    await stage.frame();
    expect(tick.values).toEqual([2]);
  });

  it('keeps its event with any number of other names', async () => {
    const { server } = stage;
    const tick = createProbe(() => numberOf(useWsEvent('tick')));
    const page = () => (
      <Wire to={server}>
        <tick.Probe />
      </Wire>
    );
    const { rerender } = stage.mount(page());
    await stage.pass();
    server.emit('tick', { n: 1 });
    for (let n = 0; n < 600; n += 1) server.emit(`other-${n}`, { n });
    await stage.frame();
    for (let n = 0; n < 600; n += 1) server.emit(`another-${n}`, { n });
    await stage.frame();
    rerender(page());
    expect(tick.values.slice(1)).toEqual([1, 1]);
    server.emit('tick', { n: 2 });
    await stage.frame();
    expect(tick.last).toBe(2);
  });

  it('uses a new name after a render', async () => {
    const { server } = stage;
    let name = 'tick';
    const shown = createProbe(() => numberOf(useWsEvent(name)));
    const tree = () => (
      <Wire to={server}>
        <shown.Probe />
      </Wire>
    );
    const page = stage.mount(tree());
    await stage.pass();
    server.emit('tick', { n: 1 });
    server.emit('tock', { n: 100 });
    await stage.frame();
    expect(shown.last).toBe(1);

    name = 'tock';
    page.rerender(tree());
    expect(shown.last).toBe(100);

    const before = shown.renders;
    server.emit('tick', { n: 2 });
    await stage.frame();
    expect(shown.renders).toBe(before);
    server.emit('tock', { n: 101 });
    await stage.frame();
    expect(shown.last).toBe(101);
  });

  it('keeps the last event while the link is down and after the session is resumed', async () => {
    const { server } = stage;
    const tick = createProbe(() => numberOf(useWsEvent('tick')));
    stage.mount(
      <Wire to={server}>
        <tick.Probe />
      </Wire>,
    );
    await stage.pass();
    server.emit('tick', { n: 1 });
    await stage.frame();
    server.drop();
    await stage.pass();
    expect(tick.last).toBe(1);
    await stage.pass(5_000);
    expect(server.handshakes.at(-1)?.outcome).toBe('resumed');
    expect(tick.values).toEqual([undefined, 1]);
  });

  it('forgets the last event when the session becomes someone else’s', async () => {
    const { server } = stage;
    const tick = createProbe(() => numberOf(useWsEvent('tick')));
    const tree = (token: string) => (
      <Wire to={server} token={token}>
        <tick.Probe />
      </Wire>
    );
    const page = stage.mount(tree('token-of-ann'));
    await stage.pass();
    server.emit('tick', { n: 1 });
    await stage.frame();
    expect(tick.last).toBe(1);

    page.rerender(tree('token-of-ben'));
    await stage.pass();
    expect(tick.last).toBeUndefined();
  });

  it('shows an event named like a member of Object.prototype', async () => {
    const { server } = stage;
    const odd = createProbe(() => numberOf(useWsEvent('__proto__')));
    const other = createProbe(() => useWsEvent('constructor'));
    stage.mount(
      <Wire to={server}>
        <odd.Probe />
        <other.Probe />
      </Wire>,
    );
    await stage.pass();
    server.emit('__proto__', { n: 1 });
    await stage.frame();
    expect(odd.last).toBe(1);
    expect(other.values).toEqual([undefined]);
  });
});

describe('useWsEvent(name, { where })', () => {
  function watch(initial: (sample: Sample) => boolean) {
    let where = initial;
    const shown = createProbe(() =>
      numberOf(useWsEvent('tick', { where: (event) => where(event.data as Sample) })),
    );
    const tree = () => (
      <Wire to={stage.server}>
        <shown.Probe />
      </Wire>
    );
    const page = stage.mount(tree());
    return {
      shown,
      ask(next: (sample: Sample) => boolean) {
        where = next;
        page.rerender(tree());
      },
    };
  }

  it('shows only events that pass, and keeps the last one that did', async () => {
    const { shown } = watch(({ room }) => room === 'a');
    await stage.pass();
    stage.server.emit('tick', { n: 1, room: 'b' });
    await stage.frame();
    expect(shown.values).toEqual([undefined]);

    stage.server.emit('tick', { n: 2, room: 'a' });
    stage.server.emit('tick', { n: 3, room: 'b' });
    await stage.frame();
    expect(shown.last).toBe(2);

    const before = shown.renders;
    stage.server.emit('tick', { n: 4, room: 'b' });
    await stage.frame();
    expect(shown.renders).toBe(before);
    expect(shown.last).toBe(2);
  });

  it('keeps the event of the mount when later ones do not pass', async () => {
    const where = ({ data }: { data: unknown }) => (data as Sample).n > 0;
    const shown = createProbe(() => numberOf(useWsEvent('tick', { where })));
    const page = stage.mount(<Wire to={stage.server} />);
    await stage.pass();
    stage.server.emit('tick', { n: 1 });
    await stage.frame();
    const withProbe = (
      <Wire to={stage.server}>
        <shown.Probe />
      </Wire>
    );
    page.rerender(withProbe);
    stage.server.emit('tick', { n: -1 });
    for (let n = 0; n < 600; n += 1) stage.server.emit(`other-${n}`, { n });
    await stage.frame();
    page.rerender(
      <Wire to={stage.server}>
        <shown.Probe />
      </Wire>,
    );
    expect(shown.last).toBe(1);
  });

  it('renders once for the last of many that pass in one frame', async () => {
    const { shown } = watch(({ room }) => room === 'a');
    await stage.pass();
    for (let n = 1; n <= 20; n += 1) {
      stage.server.emit('tick', { n, room: n % 2 === 0 ? 'a' : 'b' });
      await stage.pass(0);
    }
    await stage.frame();
    expect(shown.values).toEqual([undefined, 20]);
  });

  it('uses the newest filter, also for the event that is shown already', async () => {
    const { shown, ask } = watch(({ room }) => room === 'a');
    await stage.pass();
    stage.server.emit('tick', { n: 1, room: 'a' });
    await stage.frame();
    expect(shown.last).toBe(1);

    ask(({ room }) => room === 'b');
    expect(shown.last).toBeUndefined();
    stage.server.emit('tick', { n: 2, room: 'a' });
    await stage.frame();
    expect(shown.last).toBeUndefined();
    stage.server.emit('tick', { n: 3, room: 'b' });
    await stage.frame();
    expect(shown.last).toBe(3);
  });

  it('renders for the first event that passes', async () => {
    const { server } = stage;
    const hello = createProbe(() => useWsEvent('hello', { where: () => true })?.seq);
    stage.mount(
      <Wire to={server}>
        <hello.Probe />
      </Wire>,
    );
    await stage.pass();
    expect(hello.values).toEqual([undefined, 0]);
  });

  it('reports a filter that throws, and affects nothing else', async () => {
    const { server } = stage;
    const codes: string[] = [];
    const broken = createProbe(() =>
      useWsEvent('tick', {
        where: () => {
          throw new Error('no filter');
        },
      }),
    );
    const fine = createProbe(() => numberOf(useWsEvent('tick')));
    stage.mount(
      <Wire to={server} onError={({ code }) => codes.push(code)}>
        <broken.Probe />
        <fine.Probe />
      </Wire>,
    );
    await stage.pass();
    server.emit('tick', { n: 1 });
    await stage.frame();
    expect(fine.last).toBe(1);
    expect(codes).toEqual(['handler-failed']);
  });
});

describe('useWsEvent(name, { select })', () => {
  function watch(initial: (sample: Sample) => unknown) {
    let select = initial;
    const shown = createProbe(() => useWsEvent('tick', { select: (event) => select(event.data as Sample) }));
    const tree = () => (
      <Wire to={stage.server}>
        <shown.Probe />
      </Wire>
    );
    const page = stage.mount(tree());
    return {
      shown,
      ask(next: (sample: Sample) => unknown) {
        select = next;
        page.rerender(tree());
      },
    };
  }

  it('shows the part that is selected, and undefined before the first event', async () => {
    const { shown } = watch(({ n }) => n * 10);
    await stage.pass();
    stage.server.emit('tick', { n: 4 });
    await stage.frame();
    expect(shown.values).toEqual([undefined, 40]);
  });

  it.each([
    ['a primitive', ({ room }: Sample) => room],
    ['a new object', ({ room }: Sample) => ({ room })],
    ['a new array', ({ tags }: Sample) => [...(tags ?? [])]],
  ])('does not render for an equal result: %s', async (_, select) => {
    const { shown } = watch(select);
    await stage.pass();
    stage.server.emit('tick', { n: 1, room: 'a', tags: ['x', 'y'] });
    await stage.frame();
    const { renders, last } = shown;
    expect(last).toBeDefined();
    stage.server.emit('tick', { n: 2, room: 'a', tags: ['x', 'y'] });
    await stage.frame();
    expect(shown.renders).toBe(renders);
    expect(shown.last).toBe(last);
    stage.server.emit('tick', { n: 3, room: 'b', tags: ['x'] });
    await stage.frame();
    expect(shown.renders).toBe(renders + 1);
  });

  it('uses the newest closure, also for the event that is shown already', async () => {
    const { shown, ask } = watch(({ n }) => n);
    await stage.pass();
    stage.server.emit('tick', { n: 4 });
    await stage.frame();
    ask(({ n }) => -n);
    expect(shown.last).toBe(-4);
    stage.server.emit('tick', { n: 5 });
    await stage.frame();
    expect(shown.last).toBe(-5);
  });

  it('selects from events that pass the filter', async () => {
    const options: UseWsEventOptions<{ readonly data: unknown }, number | undefined> = {
      where: ({ data }) => (data as Sample).room === 'a',
      select: numberOf,
    };
    const shown = createProbe(() => useWsEvent('tick', options));
    stage.mount(
      <Wire to={stage.server}>
        <shown.Probe />
      </Wire>,
    );
    await stage.pass();
    stage.server.emit('tick', { n: 1, room: 'a' });
    stage.server.emit('tick', { n: 2, room: 'b' });
    await stage.frame();
    expect(shown.values).toEqual([undefined, 1]);
  });
});
