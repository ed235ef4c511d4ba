import type { LoadBin, LoadFigures, LoadHistograms } from '../kernel/load-figures.js'
import { Durations } from './histogram.js'
import { binMs } from './tally.js'

/**
 * `turns`: one after the other, each with the whole rate. `shards`: at the same time, each with its part of it. What
 * was counted is added up, histograms without loss; time lines lie on one clock.
 * @throws Error when there is nothing to merge
 */
export function mergeFigures(parts: readonly LoadFigures[], how: 'turns' | 'shards'): LoadFigures {
  const [first] = parts
  if (first === undefined) throw new Error('there is nothing to merge')
  if (parts.length === 1) return first
  const sum = (of: (one: LoadFigures) => number) => parts.reduce((all, one) => all + of(one), 0)
  const most = (of: (one: LoadFigures) => number) => Math.max(...parts.map(of))
  const together = how === 'shards'
  const at = Math.min(...parts.map(({ timeline }) => timeline.at))
  const histograms = mergeHistograms(parts)
  const lagP99Ms = Durations.decode(histograms.lag).quantile(0.99)
  const limited = limitedOf(parts, how)
  return {
    measure: first.measure,
    wantedRate: parts.some(({ wantedRate }) => wantedRate === null)
      ? null
      : together
        ? sum(({ wantedRate }) => wantedRate ?? 0)
        : first.wantedRate,
    durationMs: together ? most(({ durationMs }) => durationMs) : sum(({ durationMs }) => durationMs),
    startedMs: together ? most(({ startedMs }) => startedMs) : sum(({ startedMs }) => startedMs),
    spanMs: together ? most(({ spanMs }) => spanMs) : sum(({ spanMs }) => spanMs),
    planned: sum(({ planned }) => planned),
    started: sum(({ started }) => started),
    done: sum(({ done }) => done),
    expected: sum(({ expected }) => expected),
    failed: sum(({ failed }) => failed),
    reasons: addUp(parts.flatMap(({ reasons }) => reasons.map(({ why, count }) => [why, count] as const)))
      .map(([why, count]) => ({ why, count }))
      .sort((a, b) => b.count - a.count),
    clients: together ? sum(({ clients }) => clients) : most(({ clients }) => clients),
    histograms,
    timeline: { at, binMs, bins: mergeBins(parts, at) },
    generator: { busy: most(({ generator }) => generator.busy), lagP99Ms, ...(limited !== undefined && { limited }) },
    failOn: first.failOn,
    ...(together && { apartMs: most(({ timeline }) => timeline.at) - at }),
    cpu: addUp(parts.flatMap(({ cpu }) => cpu.map(({ program, ms }) => [program, ms] as const))).map(
      ([program, ms]) => ({ program, ms: Math.round(ms * 1000) / 1000 }),
    ),
  }
}

function limitedOf(parts: readonly LoadFigures[], how: 'turns' | 'shards'): string | undefined {
  const index = parts.findIndex(({ generator }) => generator.limited !== undefined)
  const said = parts[index]?.generator.limited
  if (said === undefined) return undefined
  return how === 'shards' ? `part ${index + 1}: ${said}` : said
}

function mergeHistograms(parts: readonly LoadFigures[]): LoadHistograms {
  const merged = (name: keyof LoadHistograms) => {
    const all = new Durations()
    for (const { histograms } of parts) {
      const text = histograms[name]
      if (text !== undefined) all.add(Durations.decode(text))
    }
    return all
  }
  const connect = merged('connect')
  return {
    latency: merged('latency').encode(),
    fromSend: merged('fromSend').encode(),
    lag: merged('lag').encode(),
    ...(connect.count > 0 && { connect: connect.encode() }),
  }
}

/** Bars are put where they were on the clock, to the nearest one. */
function mergeBins(parts: readonly LoadFigures[], at: number): LoadBin[] {
  const bins = new Map<number, LoadBin>()
  for (const { timeline } of parts) {
    const shift = Math.round((timeline.at - at) / binMs) * binMs
    for (const bin of timeline.bins) {
      const ms = bin.ms + shift
      const before = bins.get(ms)
      bins.set(ms, before === undefined ? { ...bin, ms } : addBins(before, bin))
    }
  }
  return [...bins.values()].sort((a, b) => a.ms - b.ms)
}

function addBins(a: LoadBin, b: LoadBin): LoadBin {
  return {
    ms: a.ms,
    started: a.started + b.started,
    done: a.done + b.done,
    failed: a.failed + b.failed,
    sumMs: Math.round((a.sumMs + b.sumMs) * 1000) / 1000,
    maxMs: Math.max(a.maxMs, b.maxMs),
  }
}

function addUp(pairs: readonly (readonly [name: string, count: number])[]): [string, number][] {
  const sums = new Map<string, number>()
  for (const [name, count] of pairs) sums.set(name, (sums.get(name) ?? 0) + count)
  return [...sums]
}
