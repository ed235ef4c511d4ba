import { join } from 'node:path'
import { Command, Config, Parser } from '@oclif/core'
import { describe, expect, it } from 'vitest'
import { helpOrHost } from '../../src/main.js'

const config = await Config.load(join(import.meta.dirname, '../..'))

describe('the examples in the help', () => {
  it.each(config.commandIDs)('of %s are at least three, and all of them are understood', async (id) => {
    const command = config.findCommand(id, { must: true })
    const loaded = await command.load()
    const examples = (command.examples ?? []).map((one) => (typeof one === 'string' ? one : one.command))
    expect(examples.length).toBeGreaterThanOrEqual(3)
    for (const example of examples) {
      const lines = commandLines(example.replaceAll('<%= config.bin %>', 'mqtt-proxy'))
      const calls = lines.filter((words) => words.slice(1, 1 + id.split(':').length).join(':') === id)
      expect(calls.length, example).toBeGreaterThan(0)
      for (const words of calls) {
        const own = id.split(':')
        const argv = helpOrHost(words.slice(1 + own.length))
        const { flags = {}, args = {}, baseFlags = {}, strict = true } = loaded
        const json = Command.enableJsonFlag
          ? {}
          : { json: { type: 'boolean' as const, parse: async (on: boolean) => on, allowNo: false } }
        const given = { flags: { ...json, ...baseFlags, ...flags }, args, strict }
        await expect(Parser.parse(argv, given as Parameters<typeof Parser.parse>[1]), example).resolves.toBeDefined()
      }
    }
  })
})

/** The calls of mqtt-proxy in a shell line: words, with quotes taken away, up to a pipe, redirection or end. */
function commandLines(line: string): string[][] {
  const tokens = line.match(/"[^"]*"|'[^']*'|[|&;()<>]+|[^\s|&;()<>"']+(?:"[^"]*"|'[^']*'|[^\s|&;()<>"'])*/g) ?? []
  const calls: string[][] = []
  let open: string[] | undefined
  for (const token of tokens) {
    if (/^[|&;()<>$]+$/.test(token)) open = undefined
    else if (token === 'mqtt-proxy') {
      open = [token]
      calls.push(open)
    } else open?.push(token.replace(/^(["'])(.*)\1$/, '$2').replace(/=(["'])(.*)\1$/, '=$2'))
  }
  return calls
}
