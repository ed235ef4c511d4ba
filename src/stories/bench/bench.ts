import { randomBytes } from 'node:crypto'
import type { LoadFigureName } from '../../bench/figures.js'
import { loadGroup, roundOf } from '../../bench/judge.js'
import { mergeFigures } from '../../bench/merge.js'
import type { Workload } from '../../bench/workload.js'
import type { LoadIdentity } from '../../host/load/packets.js'
import { runLoad } from '../../host/load/run-load.js'
import { mqttConnect } from '../../host/net/mqtt-connect.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import type { LoadFigures } from '../../kernel/load-figures.js'
import { type CaseGroup, type RunResult, statsOf } from '../../kernel/result.js'
import type { Threshold } from '../../kernel/threshold.js'
import { titleOf } from './describe.js'
import type { LoadSide, OpenSide } from './sides.js'

export interface BenchPlan {
  readonly sides: readonly LoadSide[]
  readonly load: Workload
  readonly identity: Omit<LoadIdentity, 'prefix'>
  readonly failOn: string
  readonly thresholds: readonly Threshold<LoadFigureName>[]
  /** Several sides take turns this often, in both orders. */
  readonly rounds: number
  readonly alignMs: number
  readonly timeoutMs: number
  readonly mostOpen: number
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly say: (text: string) => void
}

/**
 * Runs a load on one side, or on several in turn.
 * @throws Fault MP-BENCH-CLIENTS (exit 4: nobody is there, exit 1: nobody is accepted), and those of the programs
 */
export async function runBench(plan: BenchPlan): Promise<RunResult> {
  const { sides, load, env } = plan
  const begin = performance.now()
  const open: OpenSide[] = []
  try {
    for (const side of sides) open.push(await side.open())
    for (const [index, side] of open.entries()) await requireAccepted(sides[index]?.name ?? '', side, plan)
    const groups = await takeTurns(open, plan)
    plan.signal.throwIfAborted()
    const { index, count } = load.shard
    return {
      schema: 1,
      command: 'bench',
      ok: groups.every(({ cases }) => cases.every(({ status }) => status === 'passed')),
      env,
      stats: statsOf(groups, Math.round(performance.now() - begin)),
      groups,
      findings: [],
      ...(count > 1 && { shard: { index, count } }),
    }
  } finally {
    for (const side of open.reverse()) await side.close()
  }
}

/** Nothing is measured where one client alone fails. */
async function requireAccepted(name: string, side: OpenSide, plan: BenchPlan): Promise<void> {
  const { protocol, username, password } = plan.identity
  const seen = await mqttConnect({
    ...side.way(0),
    mqtt: protocol === 5 ? '5.0' : '3.1.1',
    clientId: `bench-${randomBytes(4).toString('hex')}`,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  })
  if (seen.outcome === 'accepted') return
  const nobody = seen.stage === 'connect'
  const why = seen.detail ?? (seen.connack === undefined ? seen.outcome : `CONNACK ${seen.connack}`)
  throw new Fault('MP-BENCH-CLIENTS', `${name} does not accept a client: ${why}`, {
    exit: nobody ? EXIT.unreachable : EXIT.wrong,
    hints: [
      nobody
        ? 'start it first, or name another port'
        : 'try one client: mqtt-proxy send; for a listener that wants a PROXY header: --proxy-protocol v2',
    ],
  })
}

async function takeTurns(open: readonly OpenSide[], plan: BenchPlan): Promise<CaseGroup[]> {
  const { sides, thresholds, signal, say } = plan
  const several = sides.length > 1
  const rounds = several ? plan.rounds : 1
  const load = { ...plan.load, durationMs: plan.load.durationMs / rounds }
  const turns: { readonly side: number; readonly forward: boolean; readonly figures: LoadFigures }[] = []
  for (let round = 0; round < rounds && !signal.aborted; round++) {
    const forward = round % 2 === 0
    const order = sides.map((_, index) => (forward ? index : sides.length - 1 - index))
    for (const side of order) {
      if (signal.aborted) break
      if (several) say(`round ${round + 1} of ${rounds}: ${sides[side]?.name}`)
      const figures = await one(open[side], load, plan)
      turns.push({ side, forward, figures })
    }
  }
  return sides.map(({ name }, index) => {
    const own = turns.filter(({ side }) => side === index)
    const all = mergeFigures(
      own.map(({ figures }) => figures),
      'turns',
    )
    const figures = several
      ? { ...all, rounds: own.map((turn) => roundOf(turn.forward ? 'forward' : 'backward', turn.figures)) }
      : all
    return loadGroup(
      { name, title: titleOf(plan.load, plan.identity.protocol), durationMs: plan.load.durationMs },
      figures,
      thresholds,
    )
  })
}

async function one(side: OpenSide | undefined, load: Workload, plan: BenchPlan): Promise<LoadFigures> {
  if (side === undefined) throw new Error('a side is not open')
  const { identity, timeoutMs, mostOpen, alignMs, failOn, signal } = plan
  const prefix = `bench-${load.shard.index}-${randomBytes(4).toString('hex')}`
  return await runLoad({
    load,
    way: side.way,
    identity: { ...identity, prefix },
    programs: side.programs,
    settleMs: Math.min(timeoutMs, 2000),
    mostOpen,
    alignMs,
    failOn,
    signal,
  })
}
