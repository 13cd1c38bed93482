<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit;

use Illuminate\Console\OutputStyle;
use Illuminate\Console\View\Components\Factory;
use Laravel\Reverb\Contracts\Logger;
use Laravel\Reverb\Loggers\CliLogger;
use Laravel\Reverb\Loggers\NullLogger;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Console\ReadableMessage;
use Reverb\Laravel\Console\ServerLog;
use Symfony\Component\Console\Input\ArrayInput;
use Symfony\Component\Console\Output\BufferedOutput;

final class ServerLogTest extends TestCase
{
    private BufferedOutput $terminal;

    private OutputStyle $style;

    protected function setUp(): void
    {
        $this->terminal = new BufferedOutput;
        $this->style = new OutputStyle(new ArrayInput([]), $this->terminal);
    }

    #[Test]
    public function a_logger_gets_each_line_by_its_parts(): void
    {
        $logger = new class implements Logger
        {
            /** @var list<list<string|null>> */
            public array $lines = [];

            public function info(string $title, ?string $message = null): void
            {
                $this->lines[] = ['info', $title, $message];
            }

            public function error(string $message): void
            {
                $this->lines[] = ['error', $message];
            }

            public function message(string $message): void
            {
                $this->lines[] = ['message', $message];
            }

            public function line(int $lines = 1): void {}
        };
        $log = $this->log($logger);

        $log->write('debug', 'Connection Established', '1.2');
        $log->write('debug', 'Message Received', '1.2 {"event":"pusher:ping"}');
        $log->write('debug', 'Message Received', '1.2 no JSON');
        $log->write('debug', 'Broadcasting To', 'room {"event":"e"}');
        $log->write('debug', 'Message Refused', '1.2 Connection is unauthorized');
        $log->write('debug', 'Message Refused', '1.2 Invalid message format');
        $log->write('warning', 'Slow Connection Cut', '1.2');
        $log->write('error', 'Connection Ended By A Fault', 'out of memory');

        $this->assertSame([
            ['info', 'Connection Established', '1.2'],
            ['info', 'Message Received', '1.2'],
            ['message', '{"event":"pusher:ping"}'],
            ['info', 'Message Received', '1.2'],
            ['message', 'no JSON'],
            ['info', 'Broadcasting To', 'room'],
            ['message', '{"event":"e"}'],
            ['error', 'Message from 1.2 resulted in a pusher error'],
            ['info', 'Connection is unauthorized', null],
            ['error', 'Message from 1.2 resulted in an unknown error'],
            ['info', 'Invalid message format', null],
            ['info', 'Slow Connection Cut', '1.2'],
            ['error', 'Connection Ended By A Fault out of memory'],
        ], $logger->lines);
    }

    #[Test]
    public function warnings_and_errors_are_on_the_terminal_once_whatever_the_logger(): void
    {
        foreach ([new NullLogger, new CliLogger($this->style)] as $logger) {
            $log = $this->log($logger);
            $log->write('warning', 'Slow Connection Cut', '1.2');
            $log->write('error', 'Connection Ended By A Fault', 'out of memory');
            $terminal = $this->terminal->fetch();

            $this->assertSame(1, substr_count($terminal, 'Slow Connection Cut 1.2'));
            $this->assertSame(1, substr_count($terminal, 'Connection Ended By A Fault out of memory'));
        }

        $this->log(new NullLogger)->write('debug', 'Connection Established', '1.2');
        $this->assertSame('', $this->terminal->fetch());
    }

    #[Test]
    public function the_terminal_has_two_columns_and_the_message_below(): void
    {
        $log = $this->log(new CliLogger($this->style));
        $log->write('debug', 'Message Received', '1.2 {"event":"pusher:subscribe","data":{"channel":"room"}}');
        $log->write('debug', 'Message Refused', '1.2 Connection is unauthorized');

        $this->assertMatchesRegularExpression(<<<'PATTERN'
            /\A  Message Received \.+ 1\.2\s*
              \{
                  "event": "pusher:subscribe",
                  "data": \{
                      "channel": "room"
                  \}
              \}

            \s+\[ERROR\] Message from 1\.2 resulted in a pusher error\s+Connection is unauthorized \.+\s*\z/
            PATTERN, $this->terminal->fetch());
    }

    #[Test]
    public function a_message_is_shown_with_the_json_that_its_strings_carry(): void
    {
        $this->assertSame(<<<'JSON'
            {
                "event": "pusher:subscribe",
                "data": {
                    "channel": "presence-room",
                    "channel_data": {
                        "user_id": 1.0
                    }
                }
            }
            JSON, ReadableMessage::of('{"event":"pusher:subscribe","data":"{\"channel\":\"presence-room\",\"channel_data\":\"{\\\\\"user_id\\\\\":1.0}\"}"}'));
        $this->assertSame("{\n    \"data\": \"plain\"\n}", ReadableMessage::of('{"data":"plain"}'));
        $this->assertSame('[]', ReadableMessage::of('[]'));
        $this->assertSame('not JSON', ReadableMessage::of('not JSON'));
    }

    #[Test]
    public function a_message_cannot_steer_the_terminal_or_forge_lines(): void
    {
        $this->assertSame('\u001b[2Jred\u000aINFO', ReadableMessage::of("\e[2Jred\nINFO"));
        $this->assertSame("{\n    \"a\": \"\\u001b\\u009b2J\"\n}", ReadableMessage::of("{\"a\":\"\\u001b\u{9b}2J\"}"));

        $this->log(new CliLogger($this->style))->write('debug', 'Message Received', '1.2 {"a":"<error>red</error>'.str_repeat('x', 5_000).'"}');
        $terminal = $this->terminal->fetch();
        $this->assertStringContainsString('<error>red</error>', $terminal);
        $this->assertLessThan(500, strlen($terminal));
    }

    private function log(Logger $logger): ServerLog
    {
        return new ServerLog(new Factory($this->style), $logger);
    }
}
