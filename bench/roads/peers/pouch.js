// A PouchDB station, with a database `cases` in a folder. It is told what to do by lines of JSON on its input and answers each with one line.
//   node pouch.js FOLDER [PORT]   with a port it also serves the database to those below, at http://127.0.0.1:PORT/cases
//   {"put": [{"name", "file", "attached"}]}   keep documents: the file's text, or the file attached
//   {"push": URL, "live": true}               replicate up, for good and with retries; or once: answers when done, with the milliseconds
'use strict';
const fs = require('fs');
const path = require('path');
const readline = require('readline');
const { createRequire } = require('module');

const load = createRequire(path.join(process.env.PEERS, 'package.json'));
const PouchDB = load('pouchdb');

const [folder, port] = process.argv.slice(2);
const Here = PouchDB.defaults({ prefix: folder + path.sep });
const cases = new Here('cases');

async function put(documents) {
  for (const { name, file, attached } of documents) {
    const data = fs.readFileSync(file);
    const document = attached
      ? { _id: name, _attachments: { scan: { content_type: 'image/jpeg', data } } }
      : { _id: name, letter: data.toString('utf8') };
    await cases.put(document);
  }
}

async function obey(line) {
  const { put: documents, push, live } = JSON.parse(line);
  if (documents) await put(documents);
  if (push && live) {
    cases.replicate.to(push, { live: true, retry: true }).on('error', () => {});
  } else if (push) {
    const began = process.hrtime.bigint();
    await cases.replicate.to(push);
    return { ms: Number(process.hrtime.bigint() - began) / 1e6 };
  }
  return {};
}

function say(value) {
  process.stdout.write(JSON.stringify(value) + '\n');
}

function listen() {
  if (!port) return say({ ready: true });
  const app = load('express')();
  app.use('/', load('express-pouchdb')(Here, { inMemoryConfig: true, logPath: path.join(folder, 'log.txt') }));
  app.listen(Number(port), '127.0.0.1', () => say({ ready: true }));
}

let queue = Promise.resolve();
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  queue = queue.then(() => obey(line)).then(say, (error) => say({ error: String(error) }));
}).on('close', () => process.exit(0));
cases.info().then(listen);
