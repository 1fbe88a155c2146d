// Answers on TCP and UDP ports (`serve PORT…`), or asks them (`ask`): one JSON question a line, one answer a line.
import { createSocket } from "node:dgram";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";

const WAIT_MS = 250;
const [mode, ...words] = process.argv.slice(2);

function serve(ports) {
  const ready = ports.flatMap((port) => [
    new Promise((done) => {
      const server = createServer((socket) => {
        socket.on("error", () => socket.destroy());
        socket.pipe(socket);
      });
      server.listen(port, "::", done);
    }),
    new Promise((done) => {
      const socket = createSocket({ type: "udp6" });
      socket.on("error", () => undefined);
      socket.on("message", (bytes, { port: to, address }) => socket.send(bytes, to, address));
      socket.bind(port, "::", done);
    }),
  ]);
  Promise.all(ready).then(() => process.stdout.write("ready\n"));
}

/** Two rounds: the first packet opens the connection, the second belongs to it. */
function askTcp({ address, port, from }) {
  return new Promise((done) => {
    const socket = connect({ host: address, port, localAddress: from });
    const end = (answer) => {
      clearTimeout(timer);
      socket.destroy();
      done(answer);
    };
    const timer = setTimeout(end, WAIT_MS, false);
    let rounds = 0;
    socket.on("error", () => end(false));
    socket.on("connect", () => socket.write("1"));
    socket.on("data", () => (++rounds === 2 ? end(true) : socket.write("2")));
  });
}

// Never the same twice: connection tracking remembers for minutes who got an answer.
let nextPort = 20_000;

function askUdp({ address, port, from }) {
  return new Promise((done) => {
    const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
    const end = (answer) => {
      clearTimeout(timer);
      socket.close();
      done(answer);
    };
    const timer = setTimeout(end, WAIT_MS, false);
    let rounds = 0;
    socket.on("error", () => end(false));
    socket.on("message", () => (++rounds === 2 ? end(true) : socket.send("2", port, address)));
    socket.bind(nextPort++, from, () => socket.send("1", port, address));
  });
}

if (mode === "serve") serve(words.map(Number));
else {
  createInterface({ input: process.stdin }).on("line", (line) => {
    const questions = JSON.parse(line);
    Promise.all(questions.map((one) => (one.protocol === "tcp" ? askTcp(one) : askUdp(one)))).then(
      (answers) => process.stdout.write(`${JSON.stringify(answers)}\n`),
    );
  });
}
