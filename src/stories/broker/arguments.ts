import type { LogVolume } from '../../host/server/log.js'

/** What `mosquitto -c FILE -p PORT -v -q --test-config` says. */
export interface MosquittoArguments {
  readonly config: string | undefined
  readonly ports: readonly number[]
  readonly volume: LogVolume
  readonly testConfig: boolean
}

/**
 * Reads arguments that are Mosquitto's own and nothing else: `-c` given, or `-v` together with `-p`. `undefined`: some
 * other option is there, or a value is missing, which the command's own parser will explain.
 */
export function mosquittoArguments(args: readonly string[]): MosquittoArguments | undefined {
  let config: string | undefined
  const ports: number[] = []
  let verbose = false
  let quiet = false
  let testConfig = false
  for (let at = 0; at < args.length; at += 1) {
    const next = args[at + 1]
    switch (args[at]) {
      case '-v':
        verbose = true
        break
      case '-q':
        quiet = true
        break
      case '--test-config':
        testConfig = true
        break
      case '-c':
        if (next === undefined) return undefined
        config = next
        at += 1
        break
      case '-p':
        if (next === undefined || !/^\d{1,5}$/.test(next) || Number(next) > 65535) return undefined
        ports.push(Number(next))
        at += 1
        break
      default:
        return undefined
    }
  }
  if (config === undefined && (testConfig || !verbose || ports.length === 0)) return undefined
  return { config, ports, volume: volumeOf(quiet, verbose), testConfig }
}

/** `-q` wins over `-v`, as Mosquitto has it. */
export function volumeOf(quiet: boolean | undefined, verbose: boolean | undefined): LogVolume {
  return quiet ? 'none' : verbose ? 'all' : 'as-configured'
}
