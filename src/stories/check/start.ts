import { clashes, portKeys, type Relocated, relocate } from '../../check/relocate.js'
import {
  portsFor,
  type RunningSandbox,
  type SandboxPlan,
  StartFailed,
  startSandbox,
  writeSandbox,
} from '../../host/sandbox/sandbox.js'
import type { Subject } from './sources.js'

export interface StartOptions extends Pick<SandboxPlan, 'folder' | 'certificates' | 'driver' | 'program'> {
  /** The address that an access list of the files is to refuse. */
  readonly denied?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** Where everything went, and what runs there; or which program did not take its file. */
export type Start = { readonly moved: Relocated } & (
  | { readonly sandbox: RunningSandbox }
  | { readonly failed: StartFailed }
)

/** Ports are free when they are chosen; another program may still be quicker. */
const tries = 3

/**
 * Moves the files of a subject into a folder and starts their programs there, again on other ports when one was taken.
 * @throws Fault MP-PORT-TAKEN (exit 3) when that happens time after time
 */
export async function startSubject(subject: Subject, options: StartOptions): Promise<Start> {
  const { folder, certificates, driver, program, signal } = options
  for (let left = tries; ; left--) {
    const moved = await movedTo(subject, options)
    const plan: SandboxPlan = {
      folder,
      certificates,
      driver,
      program,
      brokers: moved.brokers,
      haproxy: [...moved.haproxy].reverse(),
      ...(signal && { signal }),
    }
    await writeSandbox(plan)
    try {
      return { moved, sandbox: await startSandbox(plan) }
    } catch (error) {
      if (!(error instanceof StartFailed)) throw error
      const taken = error.fault.code === 'MP-PORT-TAKEN' && clashes(moved).length === 0
      if (!taken) return { moved, failed: error }
      if (left === 1) throw error.fault
    }
  }
}

async function movedTo(subject: Subject, { folder, denied }: StartOptions): Promise<Relocated> {
  const ports = await portsFor(portKeys(subject.pair, subject.ip), subject.ip)
  return relocate(subject.pair, { folder, ip: subject.ip, denied, portOf: (key) => ports.get(key) ?? 0 })
}
