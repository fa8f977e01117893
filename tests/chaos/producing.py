"""What order-producer and kcat cannot do: records with chosen timestamps, and transactions. It calls librdkafka's C interface.

    with Producer(brokers, 'transactional.id') as producer:
        producer.begin()
        producer.send('topic', 0, 'value', timestamp=milliseconds)
        producer.abort()                    # or commit()
"""
import ctypes
from ctypes import POINTER, byref, c_char_p, c_int, c_int32, c_int64, c_size_t, c_void_p

from stack import Failed

PRODUCER, CONF_OK, LIMIT = 0, 0, 30000
TOPIC, PARTITION, VALUE, KEY, FLAGS, TIMESTAMP = 1, 3, 4, 5, 7, 8  # of rd_kafka_vtype_t
COPY = 2


class Bytes(ctypes.Structure):
    _fields_ = [('pointer', c_char_p), ('size', c_size_t)]


class Content(ctypes.Union):
    _fields_ = [('text', c_char_p), ('int32', c_int32), ('int64', c_int64), ('bytes', Bytes), ('_padding', ctypes.c_char * 64)]


class Argument(ctypes.Structure):
    _fields_ = [('kind', c_int), ('content', Content)]


def library():
    lib = ctypes.CDLL('librdkafka.so.1')
    for name, result, *arguments in [
            ('rd_kafka_conf_new', c_void_p),
            ('rd_kafka_conf_set', c_int, c_void_p, c_char_p, c_char_p, c_char_p, c_size_t),
            ('rd_kafka_new', c_void_p, c_int, c_void_p, c_char_p, c_size_t),
            ('rd_kafka_produceva', c_void_p, c_void_p, POINTER(Argument), c_size_t),
            ('rd_kafka_flush', c_int, c_void_p, c_int),
            ('rd_kafka_init_transactions', c_void_p, c_void_p, c_int),
            ('rd_kafka_begin_transaction', c_void_p, c_void_p),
            ('rd_kafka_commit_transaction', c_void_p, c_void_p, c_int),
            ('rd_kafka_abort_transaction', c_void_p, c_void_p, c_int),
            ('rd_kafka_error_string', c_char_p, c_void_p),
            ('rd_kafka_destroy', None, c_void_p)]:
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib


class Producer:
    def __init__(self, brokers, transactional_id=None):
        self.lib, error = library(), ctypes.create_string_buffer(512)
        conf = self.lib.rd_kafka_conf_new()
        for name, value in {'bootstrap.servers': brokers, 'acks': 'all', 'log_level': '2', 'transactional.id': transactional_id}.items():
            if value and self.lib.rd_kafka_conf_set(conf, name.encode(), value.encode(), error, len(error)) != CONF_OK:
                raise Failed(error.value.decode())
        self.handle = self.lib.rd_kafka_new(PRODUCER, conf, error, len(error))
        if not self.handle:
            raise Failed(error.value.decode())
        if transactional_id:
            self._check(self.lib.rd_kafka_init_transactions(self.handle, LIMIT))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.lib.rd_kafka_destroy(self.handle)

    def _check(self, error):
        if error:
            raise Failed(self.lib.rd_kafka_error_string(error).decode())

    def send(self, topic, partition, value, timestamp=0):
        value = value.encode()
        content = {TOPIC: {'text': topic.encode()}, PARTITION: {'int32': partition}, VALUE: {'bytes': Bytes(value, len(value))},
                   KEY: {'bytes': Bytes(value[-12:], len(value[-12:]))}, FLAGS: {'int32': COPY}, TIMESTAMP: {'int64': timestamp}}
        arguments = (Argument * len(content))(*(Argument(kind, Content(**one)) for kind, one in content.items()))
        self._check(self.lib.rd_kafka_produceva(self.handle, arguments, len(arguments)))

    def flush(self):
        if self.lib.rd_kafka_flush(self.handle, LIMIT):
            raise Failed('not all records are sent')

    def begin(self):
        self._check(self.lib.rd_kafka_begin_transaction(self.handle))

    def commit(self):
        self._check(self.lib.rd_kafka_commit_transaction(self.handle, LIMIT))

    def abort(self):
        self._check(self.lib.rd_kafka_abort_transaction(self.handle, LIMIT))
