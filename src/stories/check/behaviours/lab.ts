import type { Approach, Stage } from '../../../check/plan.js'
import type { Relocated } from '../../../check/sandbox/relocate.js'
import { makeWorkdir } from '../../../host/files/workdir.js'
import type { ClientSession } from '../../../host/net/mqtt-session.js'
import { attemptConnect, attemptOpen, attemptSession } from '../../../host/sandbox/attempts.js'
import { type HeldSession, hold } from '../../../host/sandbox/held.js'
import { openPort } from '../../../host/sandbox/lab.js'
import { type RunningSandbox, type SandboxPlan, startBroker } from '../../../host/sandbox/sandbox.js'
import type { ConnectObservation, RunningBroker, RunningHaproxy } from '../../../host/types.js'
import type { ReportFile } from '../../../kernel/result.js'
import type { SocketAddress } from '../../../kernel/socket-address.js'
import type { GroupOptions } from '../group-options.js'
import type { Recorders } from '../recorders.js'
import type { Subject } from '../sources.js'
import { stageOf } from '../stage.js'
import { startSubject } from '../start.js'
import { filesOf } from '../subject-files.js'

type LabOptions = Pick<GroupOptions, 'certificates' | 'timeoutMs' | 'signal' | 'clientAddress' | 'keep'>

/** A running pair that one behaviour may break as it likes. */
export class Lab {
  readonly #held: HeldSession[] = []
  readonly #sessions: ClientSession[] = []

  constructor(
    readonly plan: SandboxPlan,
    readonly moved: Relocated,
    readonly stage: Stage,
    private readonly sandbox: RunningSandbox,
    private readonly options: LabOptions,
    /** Closes the port for health checks. */
    readonly closePort: () => Promise<void>,
  ) {}

  get haproxy(): RunningHaproxy {
    const [first] = this.sandbox.haproxy
    if (first === undefined) throw new Error('no HAProxy')
    return first
  }

  get broker(): RunningBroker {
    const [first] = this.sandbox.brokers
    if (first === undefined) throw new Error('no broker')
    return first
  }

  get approach(): Approach {
    const { main, clientAddress } = this.stage
    return { to: main, scheme: 'mqtt', tls: undefined, header: undefined, localAddress: clientAddress }
  }

  /** @param whileOpen is run before an accepted client goes */
  connect(
    clientId: string,
    timeoutMs = this.options.timeoutMs,
    whileOpen?: () => Promise<void>,
  ): Promise<ConnectObservation> {
    return attemptConnect(this.approach, { mqtt: '3.1.1', clientId }, { ...this.options, timeoutMs }, whileOpen)
  }

  /** Connects again and again until accepted; how long that took, or `undefined`. */
  async accepted(clientId: string, withinMs: number): Promise<number | undefined> {
    const begin = performance.now()
    while (performance.now() - begin < withinMs) {
      if ((await this.connect(clientId, 1000)).outcome === 'accepted') return performance.now() - begin
    }
    return undefined
  }

  /** A session that says nothing by itself. */
  async hold(clientId: string): Promise<HeldSession> {
    const { observation, session } = await attemptOpen(this.approach, { mqtt: '3.1.1', clientId }, this.options)
    if (session === undefined)
      throw new Error(`${clientId} was not accepted: ${observation.detail ?? observation.outcome}`)
    const held = hold(session)
    this.#held.push(held)
    return held
  }

  async session(clientId: string): Promise<ClientSession> {
    const session = await attemptSession(this.approach, { mqtt: '3.1.1', clientId }, this.options)
    this.#sessions.push(session)
    return session
  }

  /** The broker of the files, once more. */
  restartBroker(): Promise<RunningBroker> {
    const [first] = this.plan.brokers
    if (first === undefined) throw new Error('no broker')
    return startBroker(this.plan, first)
  }

  /** Where a port of the files stands in the sandbox. */
  placeOf(port: number): Extract<SocketAddress, { port: number }> {
    return placeIn(this.moved, port)
  }

  async close(): Promise<void> {
    for (const one of this.#held) one.drop()
    await Promise.all(this.#sessions.map((one) => one.close()))
  }
}

export interface LabSetting {
  /** A port of the files where something of ours listens, for health checks. */
  readonly port?: number
  /** The broker is not started with the rest. */
  readonly brokerLater?: boolean
  readonly recorded?: boolean
  /** Told of the recorders when the work is over. */
  readonly seen?: (recorders: Recorders) => void
}

function placeIn(moved: Relocated, port: number): Extract<SocketAddress, { port: number }> {
  const place = moved.relocation.place({ kind: 'tcp', host: '127.0.0.1', port }, 'server')
  if (place === undefined || 'path' in place) throw new Error(`no place for ${port}`)
  return place
}

/** Starts the files of a subject and hands them over; everything is ended afterwards. `left` gets files and logs, always. */
export async function withLab<T>(
  subject: Subject,
  base: Pick<SandboxPlan, 'driver' | 'program' | 'master'>,
  options: LabOptions & Pick<GroupOptions, 'speaks'>,
  setting: LabSetting,
  work: (lab: Lab) => Promise<T>,
  left: (files: readonly ReportFile[]) => void,
): Promise<T> {
  const folder = await makeWorkdir('behaviour')
  if (options.keep) folder.keep()
  const { port } = setting
  let closePort = async () => {}
  const before = async (moved: Relocated) => {
    if (port !== undefined) closePort = await openPort(placeIn(moved, port))
    return () => closePort()
  }
  try {
    const { certificates, signal } = options
    const start = await startSubject(subject, {
      ...base,
      folder: folder.path,
      certificates,
      signal,
      before,
      ...(setting.recorded !== undefined && { recorded: setting.recorded }),
      ...(setting.brokerLater !== undefined && { brokerLater: setting.brokerLater }),
    })
    const { moved, plan } = start
    left(filesOf(moved, undefined))
    if ('failed' in start) throw start.failed.fault
    const { sandbox, recorders } = start
    try {
      const direct = stageOf(subject, moved, {
        ...options,
        mqtt: undefined,
        deniedAddress: undefined,
        login: undefined,
      })
      const stage = direct && recorders ? await recorders.startBefore(direct) : direct
      if (stage === undefined) throw new Error('no way in')
      const lab = new Lab(plan, moved, stage, sandbox, options, () => closePort())
      try {
        return await work(lab)
      } finally {
        await lab.close()
        left(filesOf(moved, sandbox))
        if (recorders !== undefined) setting.seen?.(recorders)
      }
    } finally {
      await sandbox.stop()
    }
  } finally {
    await folder.remove()
  }
}
