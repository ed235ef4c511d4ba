import { planStep } from '../../check/plan.js'
import { relocate } from '../../check/relocate.js'
import { makeWorkdir } from '../../host/files/workdir.js'
import { startSandbox, writeSandbox } from '../../host/sandbox/sandbox.js'
import type { BrokerDriver, HaproxyFacts } from '../../host/types.js'
import type { OutcomeRow } from '../../scenarios/types.js'
import type { GroupOptions } from './group.js'
import { Recorders, type Recording } from './recorders.js'
import type { Subject } from './sources.js'
import { stageOf } from './stage.js'
import { runStep } from './steps.js'

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
): Promise<Recording | undefined> {
  if (row.attempt.kind !== 'connect' && row.attempt.kind !== 'publish') return undefined
  const folder = await makeWorkdir('record')
  const stops: (() => Promise<void>)[] = []
  try {
    const recorders = await Recorders.for(subject)
    stops.push(() => recorders.stop())
    const denied = subject.scenario.topology === 'acl' ? options.deniedAddress : undefined
    const moved = relocate(subject.pair, { folder: folder.path, ip: subject.ip, denied, portOf: recorders.portOf })
    const plan = { folder: folder.path, certificates: options.certificates, driver, program, signal: options.signal }
    const all = { ...plan, brokers: moved.brokers, haproxy: [...moved.haproxy].reverse() }
    await writeSandbox(all)
    await recorders.startBehindHaproxy()
    const sandbox = await startSandbox(all)
    stops.push(sandbox.stop)
    const stage = stageOf(subject, moved, options)
    const seen = stage && (await recorders.startBefore(stage))
    const step = seen && planStep(row, seen)
    if (step === undefined || step.kind === 'cannot') return undefined
    await runStep(step, sandbox, options)
    return recorders.recording(row.title, row.attempt.kind === 'connect' && row.attempt.to === 'broker')
  } catch {
    // Evidence is a gift: that it cannot be had is no news beside the failure itself.
    return undefined
  } finally {
    for (const stop of stops.reverse()) await stop()
    await folder.remove()
  }
}
