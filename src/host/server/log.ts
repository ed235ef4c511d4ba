import { appendFileSync } from 'node:fs'
import { type Log, type LogType, logTypes } from '../../mqtt-server/log.js'
import type { LogPlan } from '../../mqtt-server/plan.js'
import { formatTime } from '../process/format-time.js'

const usual: ReadonlySet<LogType> = new Set(['error', 'warning', 'notice', 'information'])

/** `-v` means everything and `-q` nothing, whatever the file says. */
export type LogVolume = 'all' | 'as-configured' | 'none'

/** Writes log lines as Mosquitto does: `1700000000: text`, or with the time as the file wants it. */
export class BrokerLog implements Log {
  readonly #types: ReadonlySet<LogType>

  constructor(
    readonly plan: LogPlan,
    volume: LogVolume,
  ) {
    const configured = plan.types ?? usual
    this.#types = volume === 'all' ? new Set(logTypes) : volume === 'none' ? new Set() : configured
  }

  wants(type: LogType): boolean {
    return this.#types.has(type)
  }

  write(type: LogType, text: string): void {
    if (!this.#types.has(type)) return
    const line = `${this.#time()}${text}\n`
    for (const to of this.plan.to) {
      if (to.kind === 'stderr') process.stderr.write(line)
      else if (to.kind === 'stdout') process.stdout.write(line)
      else if (to.kind === 'file') appendFileSync(to.path, line, { mode: 0o640 })
    }
  }

  #time(): string {
    const { timestamp, format } = this.plan
    if (!timestamp) return ''
    const now = new Date()
    return format === undefined ? `${Math.floor(now.getTime() / 1000)}: ` : `${formatTime(format, now)}: `
  }
}

export const plainLog: LogPlan = { to: [{ kind: 'stderr' }], types: undefined, timestamp: true, format: undefined }
