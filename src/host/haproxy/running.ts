import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { portTaken, requireFree } from '../net/ports.js'
import { type Child, startChild } from '../process/children.js'
import { serving } from '../process/readiness.js'
import type { HaproxyStart, RunningHaproxy } from '../types.js'
import { boundElsewhere, parseHaproxyMessages } from './messages.js'
import { serverStates } from './stats.js'

/** A large configuration on a slow machine; a normal one listens within 50 ms. */
const startWithinMs = 10_000

/**
 * Starts HAProxy in the foreground and waits until its frontends listen. Its log is read from stdout and stderr, so a
 * configuration that wants traffic lines has `log stdout format raw local0`.
 *
 * SO_REUSEPORT is switched off (`-dR`): with it, two HAProxys share a port without an error and the kernel deals
 * clients out between them.
 * @throws Fault MP-HAPROXY-CONFIG (with file and line), MP-PORT-TAKEN, MP-HAPROXY-START; all exit 3
 */
export async function startHaproxy(options: HaproxyStart): Promise<RunningHaproxy> {
  await requireFree(options.listeners, 'HAProxy')
  const version = options.version ?? ''
  const args = [
    ...(options.master === true ? ['-W'] : []),
    ...(options.masterSocket === undefined ? [] : ['-S', `${options.masterSocket},mode,600,level,admin`]),
    '-db',
    '-dR',
    ...options.files.flatMap((file) => ['-f', file]),
  ]
  const child = await startChild({
    name: `haproxy ${version}`.trim(),
    program: options.program,
    args,
    cwd: options.folder,
  })
  const { listeners, signal } = options
  const started = await serving({ listeners, withinMs: startWithinMs, signal, alive: child.alive, stop: child.stop })
  if (!started.ready) throw whyNotStarted(child, started.missing)
  // A master that has not said this may miss the signal to reload.
  if (options.master === true) await child.log.waitFor(loaded, startWithinMs)
  return running(child, options.stats)
}

function running(child: Child, stats: string | undefined): RunningHaproxy {
  return {
    what: child.what,
    pid: child.pid,
    log: () => child.log.lines(),
    logOf: (client, withinMs = 500) => linesOf(child, client, withinMs),
    servers: async () => (stats === undefined ? [] : serverStates(stats)),
    alive: child.alive,
    reload: () => reload(child),
    stop: () => child.stop(),
  }
}

/** HAProxy writes a connection's line when it ends, some even later; the last of them is worth a short wait. */
async function linesOf(child: Child, client: string, withinMs: number): Promise<readonly string[]> {
  const belongs = (line: string) => line.startsWith(`${client} `) || line.includes(` ${client} `)
  await child.log.waitFor(belongs, withinMs)
  return child.log.lines().filter(belongs)
}

const loaded = (line: string) => /^\[NOTICE\].* : Loading success/.test(line)
const reloading = (line: string) => /^\[NOTICE\].* : Reloading HAProxy/.test(line)
/** Up to 3.0 the master reads the files itself, later a new worker does. */
const notLoaded = (line: string) => /^\[WARNING\].* : (Loading failure|Failed to load worker)/.test(line)

/** A master loads the files again on SIGUSR2 and reports the result; live connections stay with the old worker. */
async function reload(child: Child): Promise<void> {
  const from = child.log.lines().length
  // Up to 3.0 a master executes itself again right after loading; a signal in that moment is lost without a trace.
  for (let asked = 0; asked < 10; asked++) {
    child.signal('SIGUSR2')
    if ((await child.log.waitFor(reloading, 300, from)) !== undefined) break
  }
  const verdict = await child.log.waitFor((line) => loaded(line) || notLoaded(line), startWithinMs, from)
  if (verdict !== undefined && loaded(verdict)) return
  throw refusal(child.log.lines().slice(from), 'HAProxy did not take the new configuration and keeps the old one')
}

function whyNotStarted(child: Child, missing: number): Fault {
  const said = child.log.lines()
  if (missing > 0 && said.length === 0) {
    return new Fault('MP-HAPROXY-START', `HAProxy runs but ${missing} of its listeners never came`, {
      exit: EXIT.environment,
    })
  }
  return refusal(said, 'HAProxy did not start')
}

function refusal(said: readonly string[], what: string): Fault {
  const address = boundElsewhere(said)
  if (address !== undefined) {
    const port = /:(\d+)$/.exec(address)?.[1] ?? address
    return portTaken(port, `HAProxy cannot listen on ${address}`)
  }
  const alerts = parseHaproxyMessages(said).filter((message) => message.severity === 'ALERT')
  const first = alerts.find((alert) => alert.at !== undefined) ?? alerts[0]
  if (first === undefined) {
    return new Fault('MP-HAPROXY-START', `${what}: ${said.slice(-3).join(' / ') || 'it said nothing'}`, {
      exit: EXIT.environment,
    })
  }
  return new Fault('MP-HAPROXY-CONFIG', `${what}: ${first.text}`, {
    exit: EXIT.environment,
    hints: alerts.filter((alert) => alert !== first).map((alert) => alert.text),
    ...(first.at && { at: first.at }),
  })
}
