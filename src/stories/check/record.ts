import { planStep, type Stage } from '../../check/plan.js'
import { linesOf, newLines } from '../../check/whose.js'
import { makeWorkdir } from '../../host/files/workdir.js'
import { wait } from '../../host/sandbox/lab.js'
import type { RunningSandbox } from '../../host/sandbox/sandbox.js'
import type { BrokerDriver, HaproxyFacts } from '../../host/types.js'
import type { SecondRun } from '../../kernel/result.js'
import type { OutcomeRow } from '../../scenarios/types.js'
import type { GroupOptions } from './group-options.js'
import { aFew, haproxyLines, outsOf } from './own-lines.js'
import type { Recorders, Recording, TracedEnds } from './recorders.js'
import type { Subject } from './sources.js'
import { stageOf } from './stage.js'
import { startSubject } from './start.js'
import { runStep } from './steps.js'

/** A recording, and what the programs wrote while it was made. */
export type RecordedRun = Recording & { readonly secondRun: SecondRun }

/** What one client does by itself. */
const recorded: ReadonlySet<OutcomeRow['attempt']['kind']> = new Set(['connect', 'publish', 'idle', 'route'])

/**
 * Runs one failed case again in a sandbox of its own, with recorders between client and HAProxy and between HAProxy and
 * broker. `undefined` when there is nothing to record: a program does not start, a socket is no TCP.
 */
export async function recordCase(
  row: OutcomeRow,
  subject: Subject,
  driver: BrokerDriver,
  program: HaproxyFacts,
  options: GroupOptions,
): Promise<RecordedRun | undefined> {
  if (!recorded.has(row.attempt.kind)) return undefined
  const folder = await makeWorkdir('record')
  let stop = async () => {}
  try {
    const denied = subject.scenario.topology === 'acl' ? options.deniedAddress : undefined
    const { certificates, signal } = options
    const base = { folder: folder.path, certificates, driver, program, signal }
    const start = await startSubject(subject, { ...base, denied, recorded: true })
    if ('failed' in start || start.recorders === undefined) return undefined
    const { recorders, sandbox } = start
    stop = sandbox.stop
    const stage = stageOf(subject, start.moved, options)
    const seen = stage && (await recorders.startBefore(stage))
    if (seen === undefined) return undefined
    for (let n = 1; ; n++) {
      const run = await runAlone(row, seen, n, recorders, sandbox, options)
      if (run === undefined || (!run.alone && n < tries)) {
        if (run === undefined) return undefined
        continue
      }
      const recording = recorders.recording(run)
      return recording && { ...recording, secondRun: run.secondRun }
    }
  } catch {
    // Evidence is optional: if it is missing, the failure itself is still reported.
    return undefined
  } finally {
    await stop()
    await folder.remove()
  }
}

/** Each health check that comes in between makes it one more. */
const tries = 4

/** How long a broker may take to write its line, and how long its log is silent when it has, milliseconds. */
const brokerMs = 250
const silentMs = 40

/** One attempt, and what the programs wrote meanwhile; not `alone` where somebody else came by. */
async function runAlone(
  row: OutcomeRow,
  stage: Stage,
  n: number,
  recorders: Recorders,
  sandbox: RunningSandbox,
  options: GroupOptions,
): Promise<(TracedEnds & { readonly alone: boolean; readonly secondRun: SecondRun }) | undefined> {
  const step = planStep(row, stage, `-again-${n}`)
  if (!('clientId' in step)) return undefined
  const before = { behind: recorders.behind(), clients: recorders.clients().length }
  const since = sandbox.brokers.map((one) => newLines(one.log()))
  const { client } = await runStep(step, sandbox, options)
  const straight = row.attempt.kind === 'connect' && row.attempt.to !== 'frontend'
  const clients = recorders.clients().slice(before.clients)
  const ends = [...clients, ...(client === undefined ? [] : [client])]
  const haproxy = await haproxyLines(sandbox, ends)
  const outs = outsOf(haproxy)
  const out = outs.at(-1)
  const written = () => sandbox.brokers.flatMap((one, index) => since[index]?.(one.log()) ?? [])
  for (let had = -1, left = brokerMs / silentMs; left > 0 && (had <= 0 || written().length > had); left--) {
    had = written().length
    await wait(silentMs)
  }
  const own = outs.length + (straight ? 1 : 0)
  const alone = recorders.behind() - before.behind <= own
  const onward = recorders.onward(outs)
  const recorder = onward.at(-1)
  const broker = alone ? written() : linesOf(written(), { ends: [...ends, ...onward], clientId: step.clientId })
  const at = clients.at(-1) ?? client
  return {
    title: row.title,
    clients,
    straight: straight ? ends : [],
    outs,
    alone,
    secondRun: {
      ...(at !== undefined && { client: at }),
      ...(out !== undefined && { out }),
      ...(recorder !== undefined && { recorder }),
      logs: { haproxy, broker: aFew(broker) },
    },
  }
}
