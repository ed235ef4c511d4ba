import { planStep } from '../../check/plan.js'
import { makeWorkdir } from '../../host/files/workdir.js'
import type { BrokerDriver, HaproxyFacts } from '../../host/types.js'
import type { OutcomeRow } from '../../scenarios/types.js'
import type { GroupOptions } from './group.js'
import type { Recording } from './recorders.js'
import type { Subject } from './sources.js'
import { stageOf } from './stage.js'
import { startSubject } from './start.js'
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
    const step = seen && planStep(row, seen)
    if (step === undefined || step.kind === 'cannot') return undefined
    await runStep(step, sandbox, options)
    return recorders.recording(row.title, row.attempt.kind === 'connect' && row.attempt.to === 'broker')
  } catch {
    // Evidence is a gift: that it cannot be had is no news beside the failure itself.
    return undefined
  } finally {
    await stop()
    await folder.remove()
  }
}
