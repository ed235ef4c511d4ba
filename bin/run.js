#!/usr/bin/env node
// CommonJS (bin/package.json): an answer that needs nothing of the program does not wait for the loader of ES modules.
const { fstatSync, readFileSync } = require('node:fs')
const { join } = require('node:path')

const args = process.argv.slice(2)
if (args.length === 1 && (args[0] === '--version' || args[0] === 'version')) {
  const { name, version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8'))
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
} else {
  require('./compiled.js').keepCompiled(args)
  start().catch(unreadable)
}

async function start() {
  // A broker with Mosquitto's own arguments starts without the command framework: test suites wait for its port.
  const quick = args[0] === 'broker' && (await require('../dist/program/broker-quick.cjs').runQuickly(args.slice(1)))
  if (quick) return
  // oclif reads OCLIF_COLUMNS when it is imported: piped errors must stay on one line.
  if (!isTerminal(2)) process.env.OCLIF_COLUMNS ??= '1000'
  const { main } = require('../dist/program/main.cjs')
  await main(args, join(__dirname, '..'))
}

/** Opening process.stderr takes a millisecond: only what can be a terminal is asked. */
function isTerminal(fd) {
  try {
    return fstatSync(fd).isCharacterDevice() && require('node:tty').isatty(fd)
  } catch {
    return false
  }
}

/** Files of the program itself cannot be read, and nothing of it can say so. */
function unreadable(error) {
  if (error?.code !== 'EMFILE' && error?.code !== 'ENFILE') throw error
  const hints = ['ulimit -n 1024', 'mqtt-proxy doctor shows what this machine allows']
  const said = { code: 'MP-MACHINE', message: `too many files are open for this process: ${error.message}`, hints }
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify({ schema: 1, ok: false, error: said })}\n`)
  else process.stderr.write(`Error ${said.code}: ${said.message}\n${hints.map((hint) => `  ${hint}\n`).join('')}`)
  process.exitCode = 3
}
