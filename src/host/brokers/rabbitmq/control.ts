import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { runProgram } from '../../process/run-program.js'

/** How to reach one of our nodes without starting another Erlang. */
export interface Control {
  /** `erl_call`. */
  readonly program: string
  /** The node's private folder, with the cookie. */
  readonly home: string
  readonly env: NodeJS.ProcessEnv
  readonly nodePort: number
}

/**
 * What a client can leave in a node: open connections, queues (sessions and subscriptions are queues) and retained
 * messages, which are in tables in memory or on disk.
 */
const leftovers = `
IsRetained = fun(Name) -> re:run(io_lib:format("~p", [Name]), "retain") =/= nomatch end,
Connections = lists:sum([maps:get(all_connections, Info, 0) || {_, Info} <- maps:to_list(ranch:info())]),
Queues = length(rabbit_amqqueue:list()),
Memory = [ets:info(Table, size) || Table <- ets:all(), IsRetained(ets:info(Table, name))],
Disk = [dets:info(Table, size) || Table <- dets:all(), IsRetained(Table)],
{Connections, Queues, lists:sum([Size || Size <- Memory ++ Disk, is_integer(Size)])}.
`

interface Leftovers {
  readonly connections: number
  readonly queues: number
  readonly retained: number
}

/**
 * Erlang's logger leaves out lines of a burst (more than 500 in a second, or a queue that is too long), and a client
 * whose line is left out was seen nowhere.
 */
const everyLine = `
Kept = #{burst_limit_enable => false, sync_mode_qlen => 10, drop_mode_qlen => 1000000, flush_qlen => 2000000},
[logger:update_handler_config(Id, config, Kept) || Id <- logger:get_handler_ids()].
`

/** From now on the node writes every line, however many come at once. @returns whether its log is known to be so */
export async function keepEveryLine(control: Control): Promise<boolean> {
  return /\[ok(?:, ?ok)*\]/.test(await evaluate(control, 'every-line.erl', everyLine))
}

/** @returns what is left in the node; `undefined` when it does not answer */
async function leftoversOf(control: Control): Promise<Leftovers | undefined> {
  const stdout = await evaluate(control, 'leftovers.erl', leftovers)
  const [, connections, queues, retained] = /\{ok, ?\{(\d+), ?(\d+), ?(\d+)\}\}/.exec(stdout) ?? []
  if (connections === undefined) return undefined
  return { connections: Number(connections), queues: Number(queues), retained: Number(retained) }
}

/** Runs Erlang expressions in the node, and gives what `erl_call` prints. */
async function evaluate({ program, home, env, nodePort }: Control, name: string, expressions: string): Promise<string> {
  const file = join(home, name)
  await writeFile(file, expressions)
  // The cookie is read from the private folder (HOME): in the arguments everybody could see it.
  const ask = ['-address', `127.0.0.1:${nodePort}`, '-timeout', '10', '-a', `file script ["${file}"]`]
  const { stdout } = await runProgram(program, ask, { env, cwd: home, timeoutMs: 15_000 })
  return stdout
}

/** Connections end a moment after their clients: asked again until nothing is left. */
export async function becomesEmpty(control: Control, withinMs = 5000): Promise<boolean> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const left = await leftoversOf(control)
    if (left === undefined) return false
    if (left.connections + left.queues + left.retained === 0) return true
    if (performance.now() > deadline) return false
    await pause(50)
  }
}
