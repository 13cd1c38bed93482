<?php

declare(strict_types=1);

namespace Reverb\Laravel\Console;

use Illuminate\Console\View\Components\Factory;
use Laravel\Reverb\Contracts\Logger;
use Laravel\Reverb\Loggers\CliLogger;

/**
 * The server's log, line by line: all to the logger, which is the terminal with --debug, and
 * warnings and errors to the terminal in any case.
 */
final class ServerLog
{
    /** What follows the subject on these lines is a message. */
    private const WITH_MESSAGE = ['Message Received', 'Broadcasting To', 'Control Frame Received'];

    private const REFUSED = 'Message Refused';

    private const NOT_OF_THE_PROTOCOL = 'Invalid message format';

    public function __construct(
        private readonly Factory $components,
        private readonly Logger $logger,
    ) {}

    public function write(string $level, string $title, string $detail): void
    {
        if ($level !== 'error' && $level !== 'warning') {
            $this->log($title, $detail);

            return;
        }

        $text = trim("{$title} {$detail}");
        $level === 'error' ? $this->components->error($text) : $this->components->warn($text);

        if ($this->logger instanceof CliLogger) {
            return;
        }

        $level === 'error' ? $this->logger->error($text) : $this->logger->info($title, $detail);
    }

    private function log(string $title, string $detail): void
    {
        [$subject, $rest] = [...explode(' ', $detail, 2), ''];

        if ($title === self::REFUSED) {
            $kind = $rest === self::NOT_OF_THE_PROTOCOL ? 'an unknown' : 'a pusher';

            $this->logger->error("Message from {$subject} resulted in {$kind} error");
            $this->logger->info($rest);
        } elseif (in_array($title, self::WITH_MESSAGE, true)) {
            $this->logger->info($title, $subject);
            $this->logger->message($rest);
        } else {
            $this->logger->info($title, $detail);
        }
    }
}
