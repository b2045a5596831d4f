// A function's basic blocks, and where lanes that part at the end of one meet again: at its immediate post-dominator,
// the first block that every way from it to the exit goes through.
#include "ControlFlow.h"
#include "Instructions.h"
#include <functional>
#include <set>

namespace {

int labelled(const Function& function, const Instruction& branch, const std::string& label) {
    auto found = function.labels.find(label);
    if (found == function.labels.end()) throw PtxError(branch.line, "no label " + label);
    return found->second;
}

std::vector<Block> split(const Function& function) {
    int count = (int)function.code.size();
    std::set<int> begins = {0};
    for (auto& label : function.labels) begins.insert(label.second);
    for (int k = 0; k < count; k++)
        if (endsBlock(function.code[k])) begins.insert(k + 1);
    begins.erase(count);
    std::vector<Block> blocks;
    for (int begin : begins) blocks.push_back({begin, count, {}, Block::leaves});
    for (size_t b = 0; b + 1 < blocks.size(); b++) blocks[b].end = blocks[b + 1].begin;
    return blocks;
}

void connect(const Function& function, std::vector<Block>& blocks) {
    std::map<int, int> beginningAt;
    for (size_t b = 0; b < blocks.size(); b++) beginningAt[blocks[b].begin] = (int)b;
    auto blockAt = [&](int instruction) {
        auto found = beginningAt.find(instruction);
        return found == beginningAt.end() ? Block::leaves : found->second; // a label at the very end leaves
    };
    for (auto& block : blocks) {
        auto& last = function.code[block.end - 1];
        bool fallsThrough = true;
        if (last.name() == "bra") {
            block.next = {blockAt(labelled(function, last, last.operands.at(0).name))};
            fallsThrough = !last.guard.empty();
        } else if (last.name() == "brx") {
            for (auto& label : function.tables.at(last.operands.at(1).name))
                block.next.push_back(blockAt(labelled(function, last, label)));
            fallsThrough = false;
        } else if (endsBlock(last)) {
            block.next = {Block::leaves};
            fallsThrough = !last.guard.empty();
        }
        if (fallsThrough) block.next.push_back(blockAt(block.end));
    }
}

// By Cooper, Harvey and Kennedy, "A simple, fast dominance algorithm" (2001), on the reversed graph, whose root is
// the exit.
void findPostDominators(std::vector<Block>& blocks) {
    const int exit = (int)blocks.size();
    const int unknown = -1;
    std::vector<std::vector<int>> previous(exit + 1), next(exit + 1);
    for (int b = 0; b < exit; b++) {
        for (int to : blocks[b].next) {
            next[b].push_back(to == Block::leaves ? exit : to);
            previous[next[b].back()].push_back(b);
        }
    }

    // Blocks from which the exit can be reached, in postorder of the reversed graph: the exit comes last.
    std::vector<int> order, place(exit + 1, unknown);
    std::vector<bool> seen(exit + 1);
    std::function<void(int)> visit = [&](int b) {
        seen[b] = true;
        for (int from : previous[b])
            if (!seen[from]) visit(from);
        place[b] = (int)order.size();
        order.push_back(b);
    };
    visit(exit);

    std::vector<int> dominator(exit + 1, unknown);
    dominator[exit] = exit;
    auto common = [&](int a, int b) {
        while (a != b) {
            while (place[a] < place[b]) a = dominator[a];
            while (place[b] < place[a]) b = dominator[b];
        }
        return a;
    };
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t k = order.size() - 1; k-- > 0;) {
            int b = order[k], found = unknown;
            for (int to : next[b]) {
                if (dominator[to] == unknown) continue;
                found = found == unknown ? to : common(found, to);
            }
            if (found == dominator[b]) continue;
            dominator[b] = found;
            changed = true;
        }
    }
    for (int b = 0; b < exit; b++)
        blocks[b].join = dominator[b] == exit || dominator[b] == unknown ? Block::leaves : dominator[b];
}

}

std::vector<Block> findBlocks(const Function& function) {
    std::vector<Block> blocks = split(function);
    connect(function, blocks);
    findPostDominators(blocks);
    return blocks;
}
