import type { LoadFigures } from '../../kernel/load-figures.js'
import type { CutCurve } from '../../kernel/result.js'
import { escapeHtml } from './markup.js'
import { timeFigure } from './time-line.js'

/** A load over time: how much was begun and came to its end, and how long that took. */
export function loadFigure({ timeline, measure, generator }: LoadFigures): string {
  const { bins, binMs } = timeline
  const rate = (of: 'started' | 'done' | 'failed') =>
    bins.map((bin) => [bin.ms + binMs / 2, (bin[of] * 1000) / binMs] as const)
  const latency = bins.filter(({ done }) => done > 0)
  const failed = bins.some((bin) => bin.failed > 0) ? [{ name: 'failed', points: rate('failed') }] : []
  const rates = timeFigure(`${measure} over time`, 'a second', [
    { name: 'begun', points: rate('started') },
    { name: measure === 'messages' ? 'arrived' : 'accepted', points: rate('done') },
    ...failed,
  ])
  const times = timeFigure('How long it took over time', 'milliseconds, from when it was due', [
    { name: 'mean', points: latency.map(({ ms, sumMs, done }) => [ms + binMs / 2, sumMs / done] as const) },
    { name: 'longest', points: latency.map(({ ms, maxMs }) => [ms + binMs / 2, maxMs] as const) },
  ])
  const limited =
    generator.limited === undefined
      ? ''
      : `<p class="why"><b>Generator</b> was the limit: ${escapeHtml(generator.limited)}</p>`
  return `${limited}${rates}${times}`
}

/** Sessions that were cut and that came back, bar by bar, and what was done when. */
export function curveFigure({ binMs, bins, steps }: CutCurve): string {
  const of = (kind: 'cut' | 'back') => bins.map((bin) => [bin.ms + binMs / 2, bin[kind]] as const)
  return timeFigure(
    'Sessions over time',
    `in each ${binMs} ms, from the event`,
    [
      { name: 'cut', points: of('cut') },
      { name: 'back', points: of('back') },
    ],
    steps,
  )
}
