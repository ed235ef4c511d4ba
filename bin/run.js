#!/usr/bin/env node
// oclif reads OCLIF_COLUMNS when it is imported: piped errors must stay on one line.
if (!process.stderr.isTTY) process.env.OCLIF_COLUMNS ??= '1000'

const { main } = await import('../dist/main.js')
await main(process.argv.slice(2), import.meta.url)
