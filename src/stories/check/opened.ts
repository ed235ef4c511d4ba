import type { Stage } from '../../check/plan.js'
import { makeCertificates } from '../../host/files/certificates.js'
import { makeWorkdir } from '../../host/files/workdir.js'
import type { BrokerDriver, BrokerFacts } from '../../host/types.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { type CertificateSet, flaws, planCertificates } from '../../scenarios/certificates.js'
import { whyNot } from './cannot.js'
import type { Programs } from './programs.js'
import type { BrokerChoice } from './request.js'
import type { Subject } from './sources.js'
import { stageOf } from './stage.js'
import { type Start, type StartOptions, startSubject } from './start.js'

interface OpenRequest
  extends Pick<StartOptions, 'master' | 'masterSocket' | 'relays'>,
    Required<Pick<StartOptions, 'signal'>> {
  /** What the user calls it. */
  readonly name: string
  /** Part of the folder's name, and of the error's code. */
  readonly purpose: 'bench' | 'drill'
  readonly haproxy: string | undefined
  readonly broker: BrokerChoice
  readonly keep: boolean
  /** How the broker is run. */
  readonly run?: (driver: BrokerDriver) => BrokerDriver
}

/** A pair that runs for many clients of ours. */
type Opened = Extract<Start, { readonly sandbox: unknown }> & {
  readonly certificates: CertificateSet
  readonly facts: BrokerFacts
  readonly stage: Stage | undefined
  /** Nothing can be done with it. */
  readonly cannot: (why: string) => Fault
  close(): Promise<void>
}

/**
 * Starts a scenario, or the user's own pair, in a sandbox as `check` has it, and leaves it to the caller.
 * @throws Fault MP-BENCH-CANNOT, MP-DRILL-CANNOT (exit 3) where these programs cannot run it; those of the programs
 */
export async function openSubject(subject: Subject, programs: Programs, request: OpenRequest): Promise<Opened> {
  const { name, purpose, haproxy, broker, keep, run = (driver) => driver, ...more } = request
  const code = purpose === 'bench' ? 'MP-BENCH-CANNOT' : 'MP-DRILL-CANNOT'
  const program = programs.haproxy(haproxy)
  const { driver, facts } = programs.broker(broker)
  const reason = whyNot(subject.scenario, program, facts)
  if (reason !== undefined) throw new Fault(code, `${name}: ${reason}`, { exit: EXIT.environment })
  const certificates = await makeCertificates(planCertificates({ bad: flaws, now: new Date() }))
  const folder = await makeWorkdir(purpose)
  if (keep) folder.keep()
  try {
    const base = { folder: folder.path, certificates, driver: run(driver), program }
    const start = await startSubject(subject, { ...base, ...more })
    if ('failed' in start) throw start.failed.fault
    const stage = stageOf(subject, start.moved, {
      clientAddress: undefined,
      deniedAddress: undefined,
      login: undefined,
      mqtt: '3.1.1',
      speaks: facts.mqtt,
    })
    return {
      ...start,
      certificates,
      facts,
      stage,
      cannot: (why) => new Fault(code, `${name}${why}`, { exit: EXIT.usage }),
      close: async () => {
        await start.sandbox.stop()
        await folder.remove()
      },
    }
  } catch (error) {
    await folder.remove()
    throw error
  }
}
