import { setTimeout as pause } from 'node:timers/promises'
import { runProgram } from '../process/run-program.js'
import type { Sight } from '../types.js'

interface Asked {
  readonly admin: readonly string[]
  readonly adminEnv?: NodeJS.ProcessEnv
}

/** Asks `vmq-admin session show` until the client is there. */
export async function vernemqSaw(broker: Asked, clientId: string, withinMs: number): Promise<Sight | undefined> {
  const deadline = performance.now() + withinMs
  const [command = '', ...first] = broker.admin
  const args = [
    ...first,
    'session',
    'show',
    `--client_id=${clientId}`,
    '--client_id',
    '--peer_host',
    '--peer_port',
    '--user',
  ]
  const options = { timeoutMs: 15_000, ...(broker.adminEnv && { env: broker.adminEnv }) }
  for (;;) {
    const { stdout } = await runProgram(command, args, options)
    const row = parseTable(stdout).find((one) => one.get('client_id') === clientId)
    if (row !== undefined) return sightOf(row)
    if (performance.now() > deadline) return undefined
    await pause(50)
  }
}

function sightOf(row: ReadonlyMap<string, string>): Sight | undefined {
  const address = row.get('peer_host')
  const port = Number(row.get('peer_port'))
  if (address === undefined || !Number.isInteger(port)) return undefined
  const user = row.get('user')
  return {
    address,
    port,
    username: user === undefined || user === 'undefined' ? undefined : user,
    tls: undefined,
    evidence: `vmq-admin session show: ${[...row].map(([name, value]) => `${name}=${value}`).join(' ')}`,
  }
}

/**
 * The tables of `vmq-admin`: a line of column names, then rows, between lines of `-` and `+`. A cell that is too wide
 * goes on in the next line.
 */
export function parseTable(text: string): ReadonlyMap<string, string>[] {
  const blocks: string[][][] = []
  let block: string[][] = []
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (/^\+[-+]+\+$/.test(line)) {
      if (block.length > 0) blocks.push(block)
      block = []
    } else if (line.startsWith('|') && line.endsWith('|')) {
      block.push(
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      )
    }
  }
  const [header, ...bodies] = blocks
  const names = header === undefined ? [] : joinLines(header)
  return bodies.flatMap((lines) =>
    rowsOf(lines).map((cells) => new Map(names.map((name, i) => [name, cells[i] ?? '']))),
  )
}

/** A line that leaves a cell empty which all before it filled goes on with the row above. */
function rowsOf(lines: readonly string[][]): string[][] {
  const rows: string[][][] = []
  for (const cells of lines) {
    const above = rows.at(-1)
    if (above !== undefined && cells.some((cell) => cell === '')) above.push(cells)
    else rows.push([cells])
  }
  return rows.map(joinLines)
}

function joinLines(lines: readonly string[][]): string[] {
  return (lines[0] ?? []).map((_, column) => lines.map((cells) => cells[column] ?? '').join(''))
}
