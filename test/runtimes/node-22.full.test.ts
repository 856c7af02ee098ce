import { testOtherNode } from './nodes.js'

testOtherNode('node-22')
