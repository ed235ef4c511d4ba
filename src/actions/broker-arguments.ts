/** What `mosquitto -c FILE -p PORT -v --test-config` says. */
export interface MosquittoArguments {
  readonly config: string | undefined
  readonly ports: readonly number[]
  readonly verbose: boolean
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
  let testConfig = false
  for (let at = 0; at < args.length; at += 1) {
    const next = args[at + 1]
    switch (args[at]) {
      case '-v':
        verbose = true
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
  return { config, ports, verbose, testConfig }
}
