"""An amazing sample package!"""

__version__ = '0.1'


def main():
    print('Hello from foobar!')
