"""Optimizers and learning-rate schedules, element by element as their sources define them.

An optimizer's step takes the variable, its gradient and the learning rate, and returns the new variable.
"""

import math

import torch


class Sgd:
    """m <- momentum m + g; x -= lr m (Sutskever et al. 2013 in PyTorch's form: no dampening, no Nesterov)."""

    def __init__(self, momentum=0.0):
        self.momentum = momentum
        self.velocity = None

    def step(self, x, gradient, rate):
        self.velocity = gradient if self.velocity is None else self.momentum * self.velocity + gradient
        return x - rate * self.velocity


class Adam:
    """Kingma and Ba 2015, in either place of epsilon.

    epsilon_hat False: x -= lr m^ / (sqrt(v^) + eps), both moments bias-corrected (the paper's Algorithm 1; PyTorch).
    epsilon_hat True:  x -= lr sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + eps) (the paper's section 2; Keras).
    """

    def __init__(self, beta1, beta2, epsilon, epsilon_hat):
        self.beta1, self.beta2, self.epsilon, self.epsilon_hat = beta1, beta2, epsilon, epsilon_hat
        self.first = self.second = 0.0
        self.steps = 0

    def step(self, x, gradient, rate):
        self.steps += 1
        self.first = self.beta1 * self.first + (1 - self.beta1) * gradient
        self.second = self.beta2 * self.second + (1 - self.beta2) * gradient * gradient
        correction1 = 1 - self.beta1 ** self.steps
        correction2 = 1 - self.beta2 ** self.steps
        if self.epsilon_hat:
            return x - rate * math.sqrt(correction2) / correction1 * self.first / (self.second.sqrt() + self.epsilon)
        return x - rate * (self.first / correction1) / ((self.second / correction2).sqrt() + self.epsilon)


class Lbfgs:
    """Limited-memory BFGS without line search (Nocedal 1980; the form of Torch's optim.lbfgs).

    The first step has length min(1, 1/|g|_1), every later one 1, both times the rate. A pair (s, y) is kept only if
    y.s > 1e-10, the oldest is dropped when the history is full; H0 = y.s / y.y of the newest pair that was kept.
    """

    MINIMUM_CURVATURE = 1e-10

    def __init__(self, history):
        self.history = history
        self.pairs = []
        self.scale = 1.0
        self.last = None

    def step(self, x, gradient, rate):
        if self.last is None:
            length = min(1.0, 1.0 / gradient.abs().sum().item()) * rate
        else:
            self._remember(*self.last, gradient)
            length = rate
        move = length * self._direction(gradient)
        self.last = move, gradient
        return x + move

    def _remember(self, s, old_gradient, gradient):
        y = gradient - old_gradient
        curvature = (y * s).sum()
        if curvature > self.MINIMUM_CURVATURE:
            self.pairs = (self.pairs + [(s, y, 1 / curvature)])[-self.history:]
            self.scale = curvature / (y * y).sum()

    def _direction(self, gradient):
        q = -gradient
        weights = []
        for s, y, rho in reversed(self.pairs):
            weight = rho * (s * q).sum()
            weights.append(weight)
            q = q - weight * y
        d = q * self.scale
        for (s, y, rho), weight in zip(self.pairs, reversed(weights)):
            d = d + (weight - rho * (y * d).sum()) * s
        return d


class StrongWolfeLbfgs:
    """torch.optim.LBFGS with line_search_fn='strong_wolfe', rate 1, one iteration a step and no early stop.

    evaluate maps x to (loss, gradient); evaluations lists how many each step's line search made.
    """

    def __init__(self, evaluate, x, history):
        self.evaluate = evaluate
        self.x = x.clone().requires_grad_()
        self.evaluations = []
        self.optimizer = torch.optim.LBFGS([self.x], lr=1, max_iter=1, max_eval=10 ** 6, history_size=history,
                                           tolerance_grad=0, tolerance_change=0, line_search_fn="strong_wolfe")

    def step(self):
        calls = 0

        def closure():
            nonlocal calls
            calls += 1
            loss, self.x.grad = self.evaluate(self.x.detach())
            return loss

        self.optimizer.step(closure)
        # The first call of each step repeats the evaluation that ended the step before.
        self.evaluations.append(calls - 1)
        return self.x.detach().clone()


def exponential_decay(initial, rate, decay_steps, staircase=False):
    """initial * rate^(t / decay_steps), the exponent floored where staircase."""
    return lambda t: initial * rate ** (t // decay_steps if staircase else t / decay_steps)


def inverse_time_decay(initial, rate, decay_steps, staircase=False):
    """initial / (1 + rate t / decay_steps), the quotient floored where staircase."""
    return lambda t: initial / (1 + rate * (t // decay_steps if staircase else t / decay_steps))
