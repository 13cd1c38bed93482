<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Support;

use RuntimeException;
use Symfony\Component\Process\InputStream;
use Symfony\Component\Process\Process;

/**
 * A worker of Laravel Octane that serves the application of these tests.
 */
final class OctaneWorker
{
    private readonly InputStream $requests;

    private readonly Process $process;

    private int $answered = 0;

    /**
     * @param  array<string, string>  $environment
     * @param  list<string>  $prefix  a command that runs it
     */
    public function __construct(Installation $installation, array $environment = [], array $prefix = [])
    {
        $this->requests = new InputStream;
        $this->process = $installation->php(
            ['octane-worker.php'], ['TEST_PROVIDERS' => '["Laravel\\\\Octane\\\\OctaneServiceProvider"]', ...$environment], prefix: $prefix
        );
        $this->process->setInput($this->requests);
        $this->process->start();
    }

    public function __destruct()
    {
        $this->process->stop(0);
    }

    /**
     * @param  array<string, string>  $headers
     * @return array{status: int, content: string}
     */
    public function get(string $uri, array $headers = []): array
    {
        $this->requests->write(json_encode(['uri' => $uri, 'headers' => $headers], JSON_THROW_ON_ERROR)."\n");
        $deadline = microtime(true) + 20;

        while (count($lines = explode("\n", $this->process->getOutput())) <= $this->answered + 1) {
            if (microtime(true) > $deadline || ! $this->process->isRunning()) {
                throw new RuntimeException("No answer from the worker: {$this->process->getOutput()}{$this->process->getErrorOutput()}");
            }

            usleep(5_000);
        }

        return json_decode($lines[$this->answered++], true, flags: JSON_THROW_ON_ERROR);
    }
}
