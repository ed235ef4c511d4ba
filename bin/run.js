#!/usr/bin/env node
import { readFileSync } from 'node:fs'

const args = process.argv.slice(2)
if (args.length === 1 && (args[0] === '--version' || args[0] === 'version')) {
  // The one answer that scripts ask for most needs nothing of the program.
  const { name, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
} else {
  // A broker with Mosquitto's own arguments starts without the command framework: test suites wait for its port.
  const quick = args[0] === 'broker' && (await (await import('../dist/cli/broker-quick.js')).runQuickly(args.slice(1)))
  if (!quick) {
    // oclif reads OCLIF_COLUMNS when it is imported: piped errors must stay on one line.
    if (!process.stderr.isTTY) process.env.OCLIF_COLUMNS ??= '1000'
    const { main } = await import('../dist/cli/main.js')
    await main(args, import.meta.url)
  }
}
