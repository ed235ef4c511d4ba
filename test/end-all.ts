import { afterAll } from 'vitest'
import { endAll } from '../src/host/process/lifetime.js'

// What a command ends on its way out, a test file ends too: folders, children and listeners nobody closed by name.
afterAll(endAll)
