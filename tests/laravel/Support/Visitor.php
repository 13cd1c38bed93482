<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Support;

use RuntimeException;
use Symfony\Component\Process\InputStream;
use Symfony\Component\Process\Process;

/**
 * Laravel Echo in a process of its own, which visits an application: tests/interop/lib/visitor.mjs.
 */
final class Visitor
{
    private readonly Process $process;

    private readonly InputStream $input;

    /** Lines that nobody has asked for yet. */
    private string $output = '';

    /** @var list<array{what: string, data: mixed}> */
    private array $seen = [];

    public function __construct(string $name, string $key, int $port, int $web, int $order)
    {
        $this->input = new InputStream;
        $this->process = new Process(
            ['node', Installation::root().'/tests/interop/lib/visitor.mjs', json_encode([
                'key' => $key, 'host' => '127.0.0.1', 'port' => $port, 'application' => "http://127.0.0.1:{$web}",
                'visitor' => $name, 'order' => $order,
            ], JSON_THROW_ON_ERROR)],
            input: $this->input, timeout: 60,
        );
        $this->process->start();
    }

    public function __destruct()
    {
        $this->process->stop(0);
    }

    /**
     * Waits for the first of these that was not returned before.
     *
     * @return mixed its data
     */
    public function sees(string $what, float $timeout = 10.0): mixed
    {
        $deadline = microtime(true) + $timeout;

        while (true) {
            $this->read();

            foreach ($this->seen as $index => $happened) {
                if ($happened['what'] === $what) {
                    unset($this->seen[$index]);

                    return $happened['data'];
                }
            }

            if (microtime(true) > $deadline || ! $this->process->isRunning()) {
                throw new RuntimeException(
                    "No {$what} within {$timeout} s, but ".json_encode(array_values($this->seen)).$this->process->getErrorOutput()
                );
            }

            usleep(10_000);
        }
    }

    /**
     * @return list<string> what has happened and was not asked for
     */
    public function unseen(): array
    {
        $this->read();

        return array_column($this->seen, 'what');
    }

    /**
     * @param  array<string, mixed>  $data
     */
    public function whispers(string $name, array $data = []): void
    {
        $this->input->write(json_encode(['whisper' => $name, 'data' => (object) $data], JSON_THROW_ON_ERROR)."\n");
        $this->sees('whispered');
    }

    public function leaves(): void
    {
        $this->input->close();
        $this->process->wait();
    }

    private function read(): void
    {
        $this->output .= $this->process->getIncrementalOutput();

        while (($end = strpos($this->output, "\n")) !== false) {
            $this->seen[] = json_decode(substr($this->output, 0, $end), true, flags: JSON_THROW_ON_ERROR);
            $this->output = substr($this->output, $end + 1);
        }
    }
}
