"""A way to a server that takes time: far.py PORT SERVER_PORT SECONDS, each way. On loopback; ends with its parent's signal."""
import asyncio
import sys

port, server_port, delay = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])


async def carry(reader, writer):
    loop = asyncio.get_running_loop()
    on_the_way = asyncio.Queue()

    async def arrive():
        while True:
            at, data = await on_the_way.get()
            await asyncio.sleep(max(0, at - loop.time()))
            if not data:
                writer.close()
                return
            writer.write(data)

    arriving = asyncio.create_task(arrive())
    data = b"-"
    while data:
        try:
            data = await reader.read(65536)
        except OSError:
            data = b""
        on_the_way.put_nowait((loop.time() + delay, data))
    await arriving


async def connect(reader, writer):
    server_reader, server_writer = await asyncio.open_connection("127.0.0.1", server_port)
    await asyncio.gather(carry(reader, server_writer), carry(server_reader, writer))


async def main():
    async with await asyncio.start_server(connect, "127.0.0.1", port) as server:
        await server.serve_forever()


asyncio.run(main())
