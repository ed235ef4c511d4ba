import { expect, it } from 'vitest'
import { onFreePorts } from '../../src/host/net/ports.js'
import { filesOf, findingsOf, fixed, modelOf, pairOf, placeOf, type Way, waysOf } from './agree.js'
import { type Batch, makeFolder, portsFor, removeFolder, startBatch } from './batch.js'
import { checkVerdict, pairFor } from './check-verdict.js'
import { specOf } from './pairs.js'
import type { Spec } from './spec.js'
import { textsOf } from './texts.js'

/** More of them, and others, by `node scripts/agreement.mjs`. */
const count = Number(process.env.AGREEMENT_PAIRS ?? 200)
const first = Number(process.env.AGREEMENT_SEED ?? 1)
const perBatch = 100

interface Pair {
  readonly spec: Spec
  readonly files: ReadonlyMap<string, string>
  readonly how: 'as written' | 'after --fix'
}

it(
  `${count} generated pairs: lint, check, HAProxy and Mosquitto agree, and so they do on what --fix makes of them`,
  async () => {
    const folder = await makeFolder()
    const wrong: string[] = []
    const tally = { ways: 0, served: 0, refused: 0, fixed: 0, kinds: new Set<string>() }
    try {
      for (let from = 0; from < count; from += perBatch) {
        const own = await onFreePorts(() => judge(first + from, Math.min(perBatch, count - from), folder))
        wrong.push(...own.wrong)
        for (const key of ['ways', 'served', 'refused', 'fixed'] as const) tally[key] += own.tally[key]
        for (const kind of own.tally.kinds) tally.kinds.add(kind)
      }
    } finally {
      await removeFolder(folder.path)
    }
    expect(wrong).toEqual([])
    // A generator that makes sound pairs only, or broken ones only, proves nothing.
    expect(tally.served).toBeGreaterThan(tally.ways / 4)
    expect(tally.refused).toBeGreaterThan(tally.ways / 8)
    expect(tally.fixed).toBeGreaterThan(count / 20)
    if (process.env.AGREEMENT_PAIRS !== undefined) {
      process.stderr.write(
        `${tally.ways} ways in: ${tally.served} served, ${tally.refused} refused, ${tally.fixed} pairs fixed; ${[...tally.kinds].sort().join(' ')}\n`,
      )
    }
  },
  Math.max(120_000, count * 600),
)

type Tally = { ways: number; served: number; refused: number; fixed: number; kinds: Set<string> }
type Folder = Awaited<ReturnType<typeof makeFolder>>

async function judge(seed: number, pairs: number, folder: Folder) {
  const wrong: string[] = []
  const tally: Tally = { ways: 0, served: 0, refused: 0, fixed: 0, kinds: new Set() }
  const ports = await portsFor(pairs, folder.path)
  const written = ports.map((own, at): Pair => {
    const spec = specOf(seed + at)
    return { spec, files: filesOf(textsOf(spec, own)), how: 'as written' }
  })
  await compare(written, folder, wrong, tally)
  const after = written.flatMap((one): Pair[] => {
    const texts = fixed(one.files)
    const same = [...one.files].every(([name, text]) => texts.get(name) === text)
    return same ? [] : [{ ...one, files: texts, how: 'after --fix' }]
  })
  tally.fixed += after.length
  if (after.length > 0) await compare(after, folder, wrong, tally)
  return { wrong, tally }
}

async function compare(pairs: readonly Pair[], folder: Folder, wrong: string[], tally: Tally): Promise<void> {
  const judged = pairs.map((pair) => ({ pair, model: modelOf(pair.files) }))
  const binds = judged.flatMap(({ model }) => [...model.topology.entries, ...model.topology.inner])
  const batch = await startBatch(
    folder,
    pairs.map((one) => pairOf(one.files)),
    {
      haproxy: binds.flatMap(({ bind }) => bind.endpoints.map(placeOf)),
      broker: judged.flatMap(({ model }) => model.topology.listeners.map((one) => placeOf(one.endpoint))),
    },
  )
  try {
    const ways = judged.flatMap(({ pair, model }) => waysOf(model).map((way) => ({ pair, way })))
    const said = judged.map(({ pair, model }) => ({
      pair,
      model,
      errors: findingsOf(pair.files).filter((one) => one.severity === 'error'),
    }))
    for (const { pair, model, errors } of said) {
      // What the model calls refused is what lint prints as an error.
      const refusing = waysOf(model).some((way) => way.refused.length > 0)
      if (refusing && errors.length === 0) wrong.push(`${nameOf(pair)}: lint says nothing`)
    }
    await inParallel(ways, 16, async ({ pair, way }) => {
      const seen = await tryWay(batch, way)
      const verdict = checkVerdict(pairFor(pair.files), way, seen.served)
      const errors = said.find((one) => one.pair === pair)?.errors ?? []
      if (verdict !== undefined) {
        const told = `${nameOf(pair)}, ${way.entry.bind.line.raw?.trim()}: check`
        if (verdict.passed && way.refused.length > 0)
          wrong.push(`${told} passes what lint calls an error (${way.refused.map((one) => one.kind).join()})`)
        if (!verdict.passed && errors.length === 0) wrong.push(`${told} fails, and lint says nothing`)
        if (!verdict.passed && verdict.likely.length === 0) wrong.push(`${told} fails and blames nothing`)
        if (!verdict.fits) wrong.push(`${told} has other clients than the bind wants`)
      }
      tally.ways++
      for (const one of way.refused) tally.kinds.add(one.kind)
      if (seen.served) tally.served++
      else tally.refused++
      if (seen.served !== (way.refused.length === 0)) {
        wrong.push(
          `${nameOf(pair)}, ${way.entry.bind.line.raw?.trim()}: ${seen.text}, lint: ${way.refused.map((one) => one.kind).join() || 'sound'}\n${[...pair.files.values()].join('').replaceAll(/^(global|defaults)\n( .*\n)*\n?/gm, '')}`,
        )
      }
    })
  } finally {
    await batch.stop()
  }
}

async function tryWay(batch: Batch, { entry, client }: Way) {
  const [endpoint] = entry.bind.endpoints
  const place = endpoint && placeOf(endpoint)
  if (place === undefined || !('port' in place)) throw new Error('no way to connect')
  const host = place.host === '::1' ? ('::1' as const) : ('127.0.0.1' as const)
  const seen = await batch.try({ host, port: place.port, client })
  return {
    served: seen.outcome === 'accepted',
    text: `${seen.outcome} ${seen.connack ?? ''} ${seen.detail ?? ''}`.trim(),
  }
}

function nameOf({ spec, how }: Pair): string {
  return `pair ${spec.seed} ${how} (${spec.mutations.join(', ') || 'sound'})`
}

async function inParallel<T>(all: readonly T[], width: number, work: (one: T) => Promise<void>): Promise<void> {
  const rest = [...all]
  const worker = async () => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) await work(next)
  }
  await Promise.all(Array.from({ length: width }, worker))
}
