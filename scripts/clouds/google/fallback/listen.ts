import { type Server, ServerCredentials } from '@grpc/grpc-js';

/** Listens on loopback, at the port in the first command-line argument. */
export function listen(server: Server): void {
  server.bindAsync(`127.0.0.1:${process.argv[2]}`, ServerCredentials.createInsecure(), (error) => {
    if (error) throw error;
  });
}
